// Draws what an agent and a person saw as an SVG that plays once. Without animation everything is there at once.
const WIDTH = 100;
const [charWidth, lineHeight, margin] = [7.7, 19, 18];
const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
/** How long a line stays the last one, in seconds. */
const pause = { agent: 1, answer: 0.35, person: 1.4, screen: 0.3 };
const marks = { agent: "agent  ", answer: "       ", person: "you  $ ", screen: "       " };

/** The recording's lines as plain text: what a test compares. */
export function linesOf(told, steady) {
  return told.flatMap((entry) => {
    const [[kind, said]] = Object.entries(entry);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours of a terminal.
    const plain = steady(said.replace(/\u001b\[[\d;?]*[a-zA-Z]/g, "").trimEnd());
    return wrapped(plain, WIDTH - marks[kind].length).map((text, at) => ({
      kind,
      text: `${at === 0 ? marks[kind] : marks.answer}${text}`,
    }));
  });
}

function wrapped(text, width) {
  const lines = [""];
  for (const word of text.split(/(?<=[ ,])/)) {
    if ((lines.at(-1) + word).trimEnd().length > width && lines.at(-1) !== "") lines.push("  ");
    lines[lines.length - 1] += word;
  }
  return lines.map((line) => line.trimEnd());
}

export function drawTerminal(told, steady) {
  const lines = linesOf(told, steady);
  const height = lines.length * lineHeight + 2 * margin;
  const width = Math.round(WIDTH * charWidth + 2 * margin);
  let at = 0;
  const drawn = lines.map(({ kind, text }, index) => {
    const y = margin + (index + 0.8) * lineHeight;
    const line = `<text class="${kind}" x="${margin}" y="${y.toFixed(1)}" style="animation-duration:${at.toFixed(2)}s" xml:space="preserve">${escaped(text)}</text>`;
    at += pause[kind];
    return line;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="An agent asks to delete a trunk; a person agrees in a terminal">
<style>
text { font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #c9d1d9; animation: wait step-end }
.agent { fill: #79c0ff }
.person { fill: #7ee787; font-weight: bold }
.answer { fill: #8b949e }
@keyframes wait { from { opacity: 0 } }
@media (prefers-reduced-motion: reduce) { text { animation: none } }
</style>
<rect width="100%" height="100%" rx="8" fill="#0d1117"/>
${drawn.join("\n")}
</svg>
`;
}
