import { chooseWidth, createProcessTerminal } from "./terminal";

test.each(["SIGINT", "SIGTERM"] as const)("the process survives %s as long as a handler is there", (signal) => {
  let times = 0;
  const heedNoMore = createProcessTerminal().onInterrupt(() => (times += 1));
  process.emit(signal, signal);
  process.emit(signal, signal);
  expect(times).toBe(2);
  heedNoMore();
  process.emit(signal, signal);
  expect(times).toBe(2);
});

test.each([
  ["the terminal's width", undefined, 140, 140],
  ["COLUMNS before the terminal's width", "80", 140, 80],
  ["COLUMNS for a pipe", "200", undefined, 200],
  ["the usual width for a pipe", undefined, undefined, 100],
  ["the terminal's width if COLUMNS is no width", "wide", 140, 140],
  ["the least width", "10", undefined, 60],
])("tables have %s", (_, set, real, width) => {
  expect(chooseWidth(set, real)).toBe(width);
});
