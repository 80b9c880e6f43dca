import { execFileSync } from "node:child_process";
import {
  closeSync,
  constants,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CommandError } from "../exit";
import { readText, writeText } from "./files";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "peridio-files-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const write = (file: string, text: string) => {
  writeText({ folder }, file, text);
};

test("reads the files that it wrote, and creates their folders", () => {
  write("new/one.txt", "first");
  write("new/one.txt", "second");
  expect(readText({ folder }, "new/one.txt")).toBe("second");
  expect(readdirSync(join(folder, "new"))).toEqual(["one.txt"]);
});

test("leaves nothing behind if it cannot write", () => {
  mkdirSync(join(folder, "taken"));
  const failed = () => {
    write("taken", "text");
  };
  expect(failed).toThrow(CommandError);
  expect(failed).toThrow("Cannot write taken: the path is a folder");
  expect(readdirSync(folder)).toEqual(["taken"]);
});

test("reports a part of a path that is no folder, when it reads and when it writes", () => {
  write("file", "text");
  expect(() => readText({ folder }, "file/below")).toThrow(
    "Cannot read file/below: a part of the path is not a folder",
  );
  expect(() => {
    write("file/below", "text");
  }).toThrow("Cannot write file/below: ");
});

test.each(["there", "not there yet"])(
  "keeps a symbolic link and writes the target of the link, which is %s",
  (what) => {
    mkdirSync(join(folder, "far"));
    if (what === "there") writeFileSync(join(folder, "far/file"), "before");
    symlinkSync("far/file", join(folder, "near"));
    symlinkSync("near", join(folder, "nearer"));
    write("nearer", "after");
    expect(lstatSync(join(folder, "nearer")).isSymbolicLink()).toBe(true);
    expect(lstatSync(join(folder, "near")).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(folder, "far/file"), "utf8")).toBe("after");
    expect(readdirSync(join(folder, "far"))).toEqual(["file"]);
  },
);

test("rejects links that lead in a circle", () => {
  symlinkSync("two", join(folder, "one"));
  symlinkSync("one", join(folder, "two"));
  expect(() => {
    write("one", "text");
  }).toThrow("Cannot write one: the symbolic links form a loop");
});

test("writes into a pipe, which stays a pipe", () => {
  const pipe = join(folder, "pipe");
  execFileSync("mkfifo", [pipe]);
  const end = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
  const read = Buffer.alloc(10);
  write("pipe", "text");
  expect(read.toString("utf8", 0, readSync(end, read))).toBe("text");
  closeSync(end);
  expect(lstatSync(pipe).isFIFO()).toBe(true);
});
