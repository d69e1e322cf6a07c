export interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

/** Prometheus' text format, strictly: a line that is neither a comment nor a sample is an error. */
export function parseMetrics(text: string): Sample[] {
  return text
    .split("\n")
    .filter((line) => line !== "" && !/^# (HELP|TYPE) /.test(line))
    .map((line) => {
      const match = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (N[Aa][Nn]|[+-]Inf|[-+.\deE]+)$/.exec(line);
      if (!match) throw new Error(`not a sample: ${line}`);
      const [, name = "", labels = "", value = ""] = match;
      return { name, labels: parseLabels(labels), value: Number(value.replace("Inf", "Infinity")) };
    });
}

function parseLabels(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"(?:,|$)/g)];
  if (pairs.map(([whole]) => whole).join("") !== text) throw new Error(`not labels: ${text}`);
  return Object.fromEntries(pairs.map(([, name = "", value = ""]) => [name, value]));
}

/** The sum of all samples with this name and, at least, these labels. */
export function sum(samples: Sample[], name: string, labels: Record<string, string> = {}): number {
  const matches = (sample: Sample) => sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value);
  return samples.filter(matches).reduce((total, { value }) => total + value, 0);
}
