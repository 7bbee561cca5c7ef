import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { ApiProblem } from '../lib/problem';
import { Page, Problem, Waiting } from './basics';

const notLoaded = new ApiProblem({
  type: 'about:blank',
  title: 'This page could not be loaded',
  status: 0,
  detail: 'The connection failed, or the console has been updated. Reload to continue.',
});

type Load<Props> = () => Promise<ComponentType<Props>>;

/** A component in a file of its own, which the browser loads when the component is first shown. */
export const lazy = <Props extends object>(load: Load<Props>): ComponentType<Props> => {
  let loaded: ComponentType<Props> | undefined;
  return (props: Props) => {
    const [, rerender] = useState({});
    const [failed, setFailed] = useState(false);
    useEffect(() => {
      if (loaded !== undefined) return;
      load().then(
        (component) => {
          loaded = component;
          rerender({});
        },
        () => setFailed(true),
      );
    }, []);
    const Loaded = loaded;
    if (Loaded !== undefined) return <Loaded {...props} />;
    if (!failed) return <Waiting />;
    return (
      <Page title="Not loaded">
        <Problem of={notLoaded} retry={() => location.reload()} />
      </Page>
    );
  };
};
