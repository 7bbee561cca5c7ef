export const STYLE = `
:root {
  color-scheme: light dark;
  --text: #1c2330; --quiet: #596273; --ground: #fff; --line: #d5dae2; --panel: #f3f5f8;
  --good: #17603a; --bad: #a8201a; --accepted: #7ba3d6; --rejected: #b97700; --unknown: #a8201a; --mark: #414b5c; --recovery: #8b95a7;
}
@media (prefers-color-scheme: dark) {
  :root {
    --text: #e6e9ef; --quiet: #a2abba; --ground: #14181f; --line: #343c49; --panel: #1d232c;
    --good: #6fd39c; --bad: #ff8f85; --accepted: #3f6ea8; --rejected: #e0a436; --unknown: #ff8f85; --mark: #c3cad6; --recovery: #7c8799;
  }
}
* { box-sizing: border-box }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: var(--text); background: var(--ground) }
main { max-width: 64rem; margin: 0 auto; padding: 1rem }
h1 { margin: 0.5rem 0; font-size: 1.4rem }
h2 { margin: 2.5rem 0 0.75rem; font-size: 1.2rem }
h3 { margin: 1.5rem 0 0.5rem; font-size: 1rem }
h4 { margin: 1rem 0 0.25rem; font-size: 1rem; font-weight: 500 }
.verdict { margin: 0.5rem 0 1rem; padding: 0.75rem 1rem; font-size: 1.2rem; font-weight: 600; background: var(--panel); border-left: 0.4rem solid }
.good { color: var(--good) }
.bad { color: var(--bad) }
.scroll { overflow-x: auto; margin: 1rem 0 }
.scroll:focus-visible { outline: 2px solid currentColor; outline-offset: 2px }
table { border-collapse: collapse; min-width: 100%; font-size: 0.9rem }
caption { text-align: left; font-weight: 600; padding: 0.25rem 0 }
th, td { padding: 0.3rem 0.75rem 0.3rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line) }
thead th { color: var(--quiet); font-weight: 500 }
tbody th { font-weight: 400 }
td { white-space: nowrap; font-variant-numeric: tabular-nums }
.numeric tbody th { white-space: nowrap }
.numeric td, .numeric thead th + th { padding: 0.3rem 0 0.3rem 0.75rem; text-align: right }
pre, code { font: 0.85rem/1.5 ui-monospace, monospace }
pre { margin: 0.5rem 0; padding: 0.75rem; background: var(--panel); white-space: pre-wrap; overflow-wrap: anywhere }
code { overflow-wrap: anywhere }
a { color: inherit }
figure { margin: 0 }
figcaption { color: var(--quiet); font-size: 0.9rem }
summary { cursor: pointer; margin-top: 0.75rem }
svg { display: block; width: 100%; min-width: 47.5rem; font-size: 13px; fill: var(--text) }
.end { text-anchor: end }
.middle { text-anchor: middle }
.grid { stroke: var(--line) }
.mark { fill: var(--mark) }
.mark .recovery { fill: var(--recovery) }
path.accepted { fill: var(--accepted) }
path.rejected { fill: var(--rejected) }
path.unknown { fill: var(--unknown) }
.key { display: inline-block; width: 0.8em; height: 0.8em }
.key.accepted { background: var(--accepted) }
.key.rejected { background: var(--rejected) }
.key.unknown { background: var(--unknown) }
@media print { .scroll { overflow: visible } }
`;
