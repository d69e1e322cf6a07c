/** The one stylesheet, inline: the page loads nothing. Colours are chosen for a contrast of 4.5 and more, light and dark. */
export const stylesheet = `
:root { color-scheme: light dark; --paper: #ffffff; --ink: #1b1f24; --quiet: #545d68; --line: #767f8a; --shade: #f2f4f7;
  --act: #0b4f9e; --on-act: #ffffff; --wrong: #a8071a; --on-wrong: #ffffff; --good: #0a6b3d; --warn: #8f4700; --focus: #b35900; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #14171b; --ink: #e8ebef; --quiet: #aab3bf; --line: #838d99; --shade: #21262d;
    --act: #9cc7ff; --on-act: #0b1a2b; --wrong: #ff9b9b; --on-wrong: #2b0508; --good: #7fd6a4; --warn: #ffb870; --focus: #ffb454; }
}
* { box-sizing: border-box; }
html { font: 100%/1.5 system-ui, sans-serif; -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); overflow-wrap: anywhere; }
main, header p { max-width: 42rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
main.wide { max-width: 64rem; }
.band { background: var(--shade); }
.band p { padding: .5rem 1rem; display: flex; flex-wrap: wrap; gap: 0 1rem; justify-content: space-between; }
.sandbox { background: #0f5d46; color: #ffffff; }
.live { background: #7a3600; color: #ffffff; }
.sandbox bdi, .live bdi { font-weight: 600; }
h1 { margin: 0 0 1rem; font-size: 1.75rem; line-height: 1.2; text-wrap: balance; }
h2 { margin: 0 0 .375rem; font-size: 1.125rem; line-height: 1.25; }
.lost h2, .opened h2, .refused h1 { color: var(--wrong); }
.weakened h2, .costs h2 { color: var(--warn); }
.granted h1, .used h1 { color: var(--good); }
.granted h1::before, .used h1::before { content: "\\2713  " / ""; }
.refused h1::before, .expired h1::before { content: "\\2715  " / ""; }
.lost ul, .opened ul { border-left-color: var(--wrong); }
.weakened ul, .costs ul { border-left-color: var(--warn); }
p { margin: 0 0 1rem; }
.about { color: var(--quiet); }
.next { font-size: 1.125rem; font-weight: 600; }
ul { margin: 0 0 1.25rem; padding: .75rem 1rem .75rem 2rem; background: var(--shade); border-left: .25rem solid var(--line); }
li { unicode-bidi: isolate; }
li + li { margin-top: .375rem; }
bdi { unicode-bidi: isolate; }
.name { font-family: ui-monospace, monospace; }
li .name, p .name, dd .name { font-weight: 600; }
dl { margin: 0 0 1.5rem; display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .25rem 1rem; }
dt { color: var(--quiet); }
dd { margin: 0; }
form { padding-top: 1.25rem; border-top: 1px solid var(--line); }
label { display: block; margin-bottom: .25rem; font-weight: 600; }
.hint { margin: 0 0 .375rem; color: var(--quiet); }
.error { margin: 0 0 .375rem; color: var(--wrong); font-weight: 600; }
input { display: block; width: 100%; margin: 0 0 1.25rem; padding: .625rem .75rem; font: inherit; color: inherit;
  background: var(--paper); border: 1px solid var(--line); border-radius: .375rem; }
input[aria-invalid] { border: 2px solid var(--wrong); }
.buttons { display: flex; flex-wrap: wrap; gap: .75rem; }
button, a.button { display: inline-block; min-height: 2.75rem; padding: .5rem 1.5rem; font: inherit; font-weight: 600; cursor: pointer;
  text-decoration: none; color: var(--on-act); background: var(--act); border: 2px solid var(--act); border-radius: .375rem; }
button.danger { color: var(--on-wrong); background: var(--wrong); border-color: var(--wrong); }
button.quiet { color: var(--ink); background: var(--paper); border-color: var(--line); }
a { color: var(--act); }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
.secret { display: block; margin: 0 0 1.25rem; padding: .875rem 1rem; background: var(--shade); border: 1px solid var(--line);
  border-radius: .375rem; font: 1.125rem/1.5 ui-monospace, monospace; white-space: pre-wrap; user-select: all;
  direction: ltr; unicode-bidi: isolate-override; }
pre.secret { font-size: .875rem; white-space: pre; overflow-x: auto; }
@media (max-width: 30rem) { h1 { font-size: 1.5rem; } dl { grid-template-columns: minmax(0, 1fr); } dd { margin-bottom: .5rem; }
  .buttons > * { flex: 1 1 8rem; padding: .5rem; text-align: center; } }
`;
