import { TrunkError } from "../core/errors.ts";
import type { Screen } from "../core/screen.ts";
import { quoteText } from "../core/text.ts";
import type { CommandTable } from "./command.ts";
import { page } from "./help.ts";

interface Completed {
  name: string;
  summary: string;
  /** Flags, and the words that the command takes. Where they are none of these, the shell offers files. */
  words: string[];
}

const shells: Readonly<Record<string, { script(commands: readonly Completed[]): string; install: string }>> = {
  bash: { script: bash, install: "trunkline completion bash >> ~/.bash_completion" },
  zsh: { script: zsh, install: "trunkline completion zsh > ~/.zfunc/_trunkline" },
  fish: { script: fish, install: "trunkline completion fish > ~/.config/fish/completions/trunkline.fish" },
};

/** Runs `trunkline completion <shell>`. The words come from the table of commands. */
export async function completion([shell = "", ...extra]: readonly string[], table: CommandTable): Promise<string> {
  const known = Object.hasOwn(shells, shell) ? shells[shell] : undefined;
  if (!known || extra.length > 0) {
    const given =
      shell === "" ? "trunkline completion needs a shell" : `${quoteText([shell, ...extra].join(" "))} is no shell that it knows`;
    throw new TrunkError("invalid_input", `${given}: bash, zsh or fish. Nothing was done.`);
  }
  const commands = Object.entries(table).map(async ([name, { summary, load }]) => {
    const { flags, word } = (await load()).default;
    return { name, summary, words: [...Object.keys(flags).map((flag) => `--${flag}`), "--help", ...(word?.choices ?? [])] };
  });
  return known.script([
    ...(await Promise.all(commands)),
    { name: "completion", summary: "print what your shell needs", words: Object.keys(shells) },
    { name: "help", summary: "tell more about a command", words: Object.keys(table) },
    { name: "version", summary: "tell the version", words: [] },
  ]);
}

export function completionHelp(screen: Screen): string {
  const examples = Object.values(shells).map(({ install }) => `  ${install}`);
  return page(screen, "trunkline completion <bash|zsh|fish>\n\nPrint what your shell needs to complete commands and flags.", {
    Examples: examples.join("\n"),
  });
}

function bash(commands: readonly Completed[]): string {
  const cases = commands.map(({ name, words }) => `    ${name}) words="${words.join(" ")}" ;;`);
  return `_trunkline() {
  local words="${commands.map(({ name }) => name).join(" ")}"
  if [ "$COMP_CWORD" -gt 1 ]; then
    words=
    case "\${COMP_WORDS[1]}" in
${cases.map((line) => `  ${line}`).join("\n")}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _trunkline trunkline
`;
}

function zsh(commands: readonly Completed[]): string {
  const cases = commands.map(({ name, words }) => `    ${name}) compadd -- ${words.join(" ")}; _files ;;`);
  return `#compdef trunkline
_trunkline() {
  if (( CURRENT == 2 )); then
    local -a commands=(${commands.map(({ name, summary }) => quoted(`${name}:${summary}`)).join(" ")})
    _describe command commands
    return
  fi
  case "$words[2]" in
${cases.join("\n")}
  esac
}
# The first call of a file in fpath is this file itself; a shell that reads it with source has only to note it.
if [ "$funcstack[1]" = _trunkline ]; then _trunkline "$@"; else compdef _trunkline trunkline; fi
`;
}

function fish(commands: readonly Completed[]): string {
  const lines = commands.flatMap(({ name, summary, words }) => [
    `complete -c trunkline -n __fish_use_subcommand -f -a ${name} -d ${quoted(summary)}`,
    ...words.map((word) => {
      const given = word.startsWith("--") ? `-l ${word.slice(2)}` : `-a ${word}`;
      return `complete -c trunkline -n '__fish_seen_subcommand_from ${name}' ${given}`;
    }),
  ]);
  return `${lines.join("\n")}\n`;
}

/** For zsh and fish. Two quotes beside each other end a string and begin the next one. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'"'"'`)}'`;
}
