import type { Remedied } from "#testing";

/** A mistaken command line of peridio-gitops, in a folder with layout.yaml, rules.yaml and preview.json. */
export interface MistakenLine extends Omit<Remedied, "slip"> {
  readonly line: string;
}

/** The mistakes in command lines. */
export const commandMistakes: readonly MistakenLine[] = [
  {
    mistake: "a misspelled command",
    line: "validat layout.yaml",
    says: ["unknown command 'validat'", "Did you mean", "validate?"],
    edit: ["validat ", "validate "],
  },
  {
    mistake: "help as a command",
    line: "help",
    says: ["unknown command 'help'", "Commands: ", "validate"],
    edit: ["help", "validate --help"],
  },
  {
    mistake: "a misspelled option",
    line: "validate --rule rules.yaml",
    says: ["unknown option '--rule'", "Did you mean", "--rules?"],
    edit: ["--rule ", "--rules "],
  },
  {
    mistake: "an option that the command does not have",
    line: "graph layout.yaml --svg",
    says: ["unknown option '--svg'", "Usage: peridio-gitops graph [options] <layout>", "to list the options"],
    edit: [" --svg", ""],
  },
  {
    mistake: "nothing to check",
    line: "validate",
    says: ["There is nothing to check", "Pass the path of a layout", "add --rules"],
    edit: ["validate", "validate layout.yaml"],
  },
  {
    mistake: "a plan without a base",
    line: "plan layout.yaml",
    says: ["The layout before the change", "is missing", "Add --base"],
    edit: ["layout.yaml", "layout.yaml --base layout.yaml"],
  },
  {
    mistake: "a plan of a misspelled organization",
    line: "plan layout.yaml --base layout.yaml --only acme-dve",
    says: ["No organization of either layout", "did you mean acme-dev?", "Correct --only"],
    edit: ["acme-dve", "acme-dev"],
  },
  {
    mistake: "a plan of a revision without a repository",
    line: "plan layout.yaml --base git:main",
    says: ['"main"', "is not exactly one commit", "pass a full name"],
    edit: ["git:main", "layout.yaml"],
  },
  {
    mistake: "a missing argument",
    line: "graph",
    says: ["missing required argument 'layout'", "Usage: peridio-gitops graph", "<layout>"],
    edit: ["graph", "graph layout.yaml"],
  },
  {
    mistake: "two arguments in the place of one",
    line: "who dora@partner.example bob@acme.example --layout layout.yaml",
    says: ["too many arguments for 'who'", "Expected 1 argument", "[person]"],
    edit: [" bob@acme.example", ""],
  },
  {
    mistake: "another extension of a file",
    line: "validate layout.yml",
    says: ["layout.yml", "does not exist", "Specify a layout file"],
    edit: ["layout.yml", "layout.yaml"],
  },
  {
    mistake: "rules in the place of a layout",
    line: "validate rules.yaml",
    says: ["rules.yaml", "contains access rules, not a layout", "Pass the file with `--rules`"],
    edit: ["rules.yaml", "--rules rules.yaml"],
  },
  {
    mistake: "a layout in the place of rules",
    line: "validate --rules layout.yaml",
    says: ["layout.yaml", "contains a layout, not access rules", "Pass the file without `--rules`"],
    edit: ["--rules ", ""],
  },
  {
    mistake: "a day in words",
    line: "validate layout.yaml --today tomorrow",
    says: ["'--today <date>'", "argument 'tomorrow' is invalid", "must be a date, such as 2027-01-31"],
    edit: ["tomorrow", "2027-02-01"],
  },
  {
    mistake: "a day that does not exist",
    line: "validate layout.yaml --today 2027-02-30",
    says: ["'--today <date>'", "a day that does not exist", "correct the date"],
    edit: ["2027-02-30", "2027-02-28"],
  },
  {
    mistake: "an unknown API",
    line: "validate layout.yaml --backend admin",
    says: ["'--backend <backend>'", "argument 'admin' is invalid", "Allowed choices are admin-v2, connect"],
    edit: ["--backend admin", "--backend admin-v2"],
  },
  {
    mistake: "an unknown format",
    line: "validate layout.yaml --format yaml",
    says: ["'--format <format>'", "argument 'yaml' is invalid", "Allowed choices are text, json"],
    edit: ["--format yaml", "--format json"],
  },
  {
    mistake: "an organization that the layout lacks",
    line: "validate layout.yaml --only acme-prod",
    says: [
      '--only is "acme-prod"',
      "which is not an organization in the layout",
      "use one of acme-dev, acme-production",
    ],
    edit: ["--only acme-prod", "--only acme-production"],
  },
  {
    mistake: "a pattern that matches no organization",
    line: "graph layout.yaml --organization prod-*",
    says: ['No organization in the layout matches "prod-*"', "Correct --organization", "acme-dev, acme-production"],
    edit: ["prod-*", "*-production"],
  },
  {
    mistake: "no question",
    line: "who --layout layout.yaml",
    says: ["There is no question", "Pass a person's e-mail address", "--project"],
    edit: ["who ", "who dora@partner.example "],
  },
  {
    mistake: "a misspelled address",
    line: "who dore@partner.example --layout layout.yaml",
    says: ["has the member dore@partner.example", "Correct the address", "did you mean dora@partner.example?"],
    edit: ["dore@", "dora@"],
  },
  {
    mistake: "an API for a question about a layout",
    line: "who dora@partner.example --layout layout.yaml --backend connect",
    says: ["'--layout <path>'", "cannot be used with option '--backend <backend>'", "Remove one of the two options"],
    edit: [" --backend connect", ""],
  },
  {
    mistake: "a layout in the place of a preview",
    line: "review layout.yaml",
    says: ["layout.yaml", "is not complete JSON", "Pass the output of `pulumi preview --json --show-sames`"],
    edit: ["layout.yaml", "preview.json"],
  },
  {
    mistake: "missing rules",
    line: "review preview.json --rules access.yaml",
    says: ["Cannot read access.yaml", "the file does not exist", "Correct the path"],
    edit: ["access.yaml", "rules.yaml"],
  },
];
