import { chmod, mkdir, mkdtemp, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { list } from "tar";
import { listFiles, pack } from "./archive";

let scratch: string;
beforeAll(async () => (scratch = await mkdtemp(join(tmpdir(), "kit-archive-"))));
afterAll(() => rm(scratch, { recursive: true }));

/** Makes a folder with files in this order, modified this many days ago. */
async function folder(name: string, files: readonly string[], days: number): Promise<string> {
  const made = join(scratch, name);
  for (const file of files) {
    await mkdir(join(made, file, ".."), { recursive: true });
    await writeFile(join(made, file), `content of ${file}`);
    await utimes(join(made, file), new Date(), Date.now() / 1000 - days * 86_400);
  }
  return made;
}

test("equal files make equal archives, in any order and at any time", async () => {
  const first = await folder("first", ["run", "in/a", "b"], 0);
  const second = await folder("second", ["b", "in/a", "run"], 3);
  for (const made of [first, second]) {
    await chmod(join(made, "run"), 0o755);
    await pack(`${made}.tar.gz`, made, listFiles(made));
  }
  expect(await readFile(`${first}.tar.gz`)).toEqual(await readFile(`${second}.tar.gz`));
});

test("equal files make equal archives with any umask", async () => {
  const made = await folder("masks", ["run", "in/read"], 0);
  const archives: Buffer[] = [];
  for (const umask of [0o000, 0o022, 0o027, 0o077]) {
    await chmod(join(made, "run"), 0o777 & ~umask);
    await chmod(join(made, "in/read"), 0o666 & ~umask);
    await pack(`${made}.tar.gz`, made, listFiles(made));
    archives.push(await readFile(`${made}.tar.gz`));
  }
  const [first, ...others] = archives;
  for (const other of others) expect(other).toEqual(first);
});

test("executable files stay executable", async () => {
  const made = await folder("modes", ["run", "read"], 0);
  await chmod(join(made, "run"), 0o755);
  await pack(`${made}.tar.gz`, made, listFiles(made));
  const modes: Record<string, number | undefined> = {};
  await list({ file: `${made}.tar.gz`, onReadEntry: ({ path, mode }) => (modes[path] = mode) });
  expect(modes).toEqual({ read: 0o644, run: 0o755 });
});
