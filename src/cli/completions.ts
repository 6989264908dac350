import tab from "@bomb.sh/tab/commander";
import { type RootCommand, ShellCompDirective } from "@bomb.sh/tab";
import type { Command } from "commander";
import type { Parameter } from "../contract/parameters.ts";
import { COMPARE_SHOWN } from "./algebra/options.ts";
import { API_PARAMETERS, flagOf } from "./count/flags.ts";

const NAME = "completions";

const ABOUT = "Print what makes a shell complete commands, options and values";

const EXAMPLES = `Examples:
  source <(millrace completions bash)      in ~/.bashrc
  source <(millrace completions zsh)       in ~/.zshrc, behind compinit
  millrace completions fish | source       in ~/.config/fish/config.fish
  millrace completions powershell | Out-String | Invoke-Expression
`;

/**
 * In place of the package's script for bash, which runs what stands in the words, such as `$(…)`,
 * offers no files, and needs functions of another package. Bash itself cuts words at `=`.
 */
const BASH_SCRIPT = `# completions of millrace for bash
_millrace() {
  local word words=() value about
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD}"; do
    [[ $word == = ]] || words+=("$word")
  done
  [[ \${COMP_WORDS[COMP_CWORD]} == = ]] && words+=("")
  COMPREPLY=()
  while IFS=$'\\t' read -r value about; do
    [[ $value == :* ]] || COMPREPLY+=("$value")
  done < <(millrace complete -- "\${words[@]}" 2>/dev/null)
}
complete -o default -F _millrace millrace`;

/**
 * Adds `millrace completions SHELL`, and `millrace complete`, which the scripts that it prints call.
 *
 * @param program With all of its commands: these are what is completed.
 * @param defaultCommand What the program does where no command is named.
 */
export function addCompletions(program: Command, defaultCommand: string): void {
  const root = tab(program, { completionCommandName: NAME });
  const command = program.commands.find((each) => each.name() === NAME)!;
  command.description(ABOUT).addHelpText("before", EXAMPLES);
  root.commands.get(NAME)!.description = ABOUT;
  for (const each of root.commands.values()) offerValues(each);
  for (const [name, option] of root.commands.get(defaultCommand)?.options ?? []) {
    root.options.set(name, option);
  }
  const setUp = root.setup.bind(root);
  root.setup = (name, executable, shell) =>
    shell === "bash" ? console.log(BASH_SCRIPT) : setUp(name, executable, shell);
  Object.assign(root, { complete: (begun: string) => offer(root, begun) });
}

/** Options that the API has take the values that its tables name. */
function offerValues({ options }: Pick<RootCommand, "options">): void {
  for (
    const [name, parameter] of Object.entries<Parameter>({ ...API_PARAMETERS, ...COMPARE_SHOWN })
  ) {
    const option = options.get(flagOf(name).slice("--".length));
    const values = "values" in parameter ? parameter.values : undefined;
    if (option === undefined || values === undefined) continue;
    option.handler = (complete) => values.forEach((value) => complete(value, ""));
  }
}

/** Where nothing else fits the shell offers files, which the package would never let it do. */
function offer({ completions }: RootCommand, begun: string): void {
  const begin = begun.startsWith("-") ? begun.slice(begun.indexOf("=") + 1) : begun;
  const fitting = new Map<string, string | undefined>();
  for (const { value, description } of completions) {
    if (value.startsWith(begin) && !fitting.has(value)) fitting.set(value, description);
  }
  for (const [value, about = ""] of fitting) console.log(`${value}\t${about}`);
  const { ShellCompDirectiveDefault, ShellCompDirectiveNoFileComp } = ShellCompDirective;
  console.log(`:${fitting.size > 0 ? ShellCompDirectiveNoFileComp : ShellCompDirectiveDefault}`);
}
