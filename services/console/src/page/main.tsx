import { render } from 'preact';
import { App } from './app';
import { trackScroll } from './lib/scroll';
import './styles/base.css';
import './styles/layout.css';
import './styles/parts.css';
import './styles/pages.css';
import './styles/see.css';
import './styles/decide.css';

trackScroll();
render(<App />, document.getElementById('page')!);
