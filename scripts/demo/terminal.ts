import { styleText } from "node:util";

type Style = Parameters<typeof styleText>[0];

/** The output of the demo. Without a terminal, or if NO_COLOR is set, it has no colors. */
export class Terminal {
  readonly hasColors = process.stdout.isTTY && (process.env.NO_COLOR ?? "") === "";

  printHeading(text: string): void {
    this.#print(`\n${this.#styled("bold", text)}`);
  }

  say(text: string): void {
    this.#print(wrap(text));
  }

  copyable(lines: readonly string[]): void {
    for (const line of lines) this.#print(`  ${line}`);
  }

  /** Shows a command (`$`) or a manual change (`☞`). */
  act(sign: "$" | "☞", text: string): void {
    this.#print(this.#styled("cyan", `\n  ${sign} ${text}`));
  }

  printOutput(lines: readonly string[]): void {
    for (const line of lines) this.#print(`  ${this.#styled("dim", "│")} ${line}`);
  }

  printSuccess(fact: string): void {
    this.#print(`  ${this.#styled("green", "✓")} ${fact}`);
  }

  printFailure(text: string): void {
    this.#print(`  ${this.#styled("red", "✗")} ${text}`);
  }

  #print(text: string): void {
    process.stdout.write(`${text}\n`);
  }

  #styled(style: Style, text: string): string {
    return this.hasColors ? styleText(style, text) : text;
  }
}

/** Breaks a text into lines of at most 100 characters. */
function wrap(text: string): string {
  return text.replace(/(?=.{101})(.{1,100})\s/g, "$1\n");
}
