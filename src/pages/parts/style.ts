/** The one stylesheet, inline: the page loads nothing. Colours are chosen for a contrast of 4.5 and more, light and dark. */
export const stylesheet = `
:root { color-scheme: light dark; --paper: #ffffff; --ink: #1b1f24; --quiet: #545d68; --line: #767f8a; --shade: #f2f4f7;
  --act: #0b4f9e; --on-act: #ffffff; --wrong: #a8071a; --focus: #b35900; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #14171b; --ink: #e8ebef; --quiet: #aab3bf; --line: #838d99; --shade: #21262d;
    --act: #9cc7ff; --on-act: #0b1a2b; --wrong: #ff9b9b; --focus: #ffb454; }
}
* { box-sizing: border-box; }
html { font: 100%/1.5 system-ui, sans-serif; -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); overflow-wrap: anywhere; }
main { max-width: 38rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
.what, h2 { margin: 0 0 .5rem; font-size: 1.125rem; line-height: 1.25; font-weight: 600; }
.lost ul, .opened ul { border-left-color: var(--wrong); }
.weakened ul, .costs ul { border-left-color: var(--focus); }
h1 { margin: 0 0 1rem; font-size: 1.5rem; line-height: 1.25; }
p { margin: 0 0 1rem; }
ul { margin: 0 0 1.25rem; padding: .875rem 1rem; list-style: none; background: var(--shade); border-left: .25rem solid var(--line); }
li { unicode-bidi: isolate; }
li + li { margin-top: .5rem; }
bdi { unicode-bidi: isolate; }
.name { font-family: ui-monospace, monospace; font-weight: 400; }
dl { margin: 0 0 1.5rem; display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .25rem 1rem; }
dt { color: var(--quiet); }
dd { margin: 0; }
label { display: block; margin-bottom: .25rem; font-weight: 600; }
.hint { margin: 0 0 .375rem; color: var(--quiet); }
.error { margin: 0 0 .375rem; color: var(--wrong); font-weight: 600; }
input { display: block; width: 100%; margin: 0 0 1.25rem; padding: .625rem .75rem; font: inherit; color: inherit;
  background: var(--paper); border: 1px solid var(--line); border-radius: .375rem; }
input[aria-invalid] { border: 2px solid var(--wrong); }
.buttons { display: flex; flex-wrap: wrap; gap: .75rem; }
button { min-height: 2.75rem; padding: .5rem 1.5rem; font: inherit; font-weight: 600; cursor: pointer;
  color: var(--on-act); background: var(--act); border: 2px solid var(--act); border-radius: .375rem; }
a { color: var(--act); }
a.button { display: inline-block; padding: .625rem 1.5rem; font-weight: 600; text-decoration: none;
  color: var(--on-act); background: var(--act); border: 2px solid var(--act); border-radius: .375rem; }
button.quiet { color: var(--ink); background: var(--paper); border-color: var(--line); }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
a { color: var(--act); }
.secret { display: block; margin: 0 0 1.25rem; padding: .875rem 1rem; background: var(--shade); border: 1px solid var(--line);
  border-radius: .375rem; font: 1.125rem/1.5 ui-monospace, monospace; white-space: pre-wrap; user-select: all;
  direction: ltr; unicode-bidi: isolate-override; }
@media (max-width: 30rem) { dl { grid-template-columns: minmax(0, 1fr); } dd { margin-bottom: .5rem; } .buttons button { flex: 1 1 8rem; } }
`;
