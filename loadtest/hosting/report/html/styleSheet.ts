/** Contrast of text on its ground is at least 4.5 to 1 in both schemes (WCAG 1.4.3); `computed` differs by letter shape too, not by colour alone. */
export const styleSheet = `
:root { color-scheme: light dark; --text: #1b1f24; --muted: #57606a; --grid: #d8dee4; --paper: #ffffff; --ground: #f6f8fa; --link: #0550ae; --computed: #8a4b00; }
@media (prefers-color-scheme: dark) { :root { --text: #e6edf3; --muted: #9da7b1; --grid: #3a424b; --paper: #161b22; --ground: #0d1117; --link: #79b8ff; --computed: #f0a840; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 1rem; background: var(--ground); color: var(--text); font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; }
h1 { font-size: 1.7rem; line-height: 1.25; }
h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--grid); padding-bottom: .25rem; }
a { color: var(--link); }
a:focus-visible, summary:focus-visible, .wide:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -999rem; }
.skip:focus { position: static; }
nav ol { columns: 2; }
figure { margin: 1rem 0; }
svg { max-width: 100%; height: auto; min-width: 40rem; display: block; }
.wide { overflow: auto; max-height: 80vh; margin: 1rem 0; }
figure .wide { max-height: none; }
table { border-collapse: collapse; font-size: .875rem; background: var(--paper); font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding: .25rem 0; background: var(--ground); }
th, td { border: 1px solid var(--grid); padding: .25rem .5rem; text-align: left; vertical-align: top; }
thead th { position: sticky; top: 0; background: var(--paper); }
.computed { color: var(--computed); font-style: italic; }
summary { cursor: pointer; padding: .25rem 0; font-weight: 600; }
@media print { .wide { max-height: none; overflow: visible; } }
`
