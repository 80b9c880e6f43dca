/** The files of a new provider, copied from the folder `template` of this package. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

const template = join(__dirname, "../../template");

/** The files that a package cannot contain under their names, because npm and TypeScript interpret them. */
const renamed: Readonly<Record<string, string>> = { "manifest.json": "package.json", gitignore: ".gitignore" };

/**
 * Writes a provider for a REST service into a new or empty folder, with a test, an example and a CI workflow. An empty Git repository is
 * an empty folder. Returns the written files, relative to the folder.
 * @param name The name of the Pulumi package, such as `acme`
 * @throws Error if the name is invalid, or if the folder contains files. Then nothing is written
 */
export function initProvider(name: string, folder: string): string[] {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) || name.length > 100)
    throw new Error(
      `${JSON.stringify(name)} is not a valid name of a provider. Use at most 100 lower-case letters, digits and single hyphens, with a letter first, such as \`my-service\`.`,
    );
  if (name === "pulumi") throw new Error("Pulumi reserves the name `pulumi`. Choose another name.");
  const [found] = existsSync(folder) ? readdirSync(folder).filter((entry) => entry !== ".git") : [];
  if (found !== undefined)
    throw new Error(`The folder ${folder} is not empty: it contains ${found}. Choose a new or empty folder.`);
  const files = readdirSync(template, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(template, join(entry.parentPath, entry.name)));
  return files.sort().map((file) => {
    const target = renamed[file] ?? file;
    mkdirSync(dirname(join(folder, target)), { recursive: true });
    writeFileSync(join(folder, target), fill(readFileSync(join(template, file), "utf8"), name));
    return target;
  });
}

/** Replaces the name in a file of the template, which contains it in three forms, such as in `my-service:url`, MY_SERVICE_API_KEY and `My Service`. */
function fill(text: string, name: string): string {
  const title = name.replaceAll(/(^|-)([a-z0-9])/g, (_, hyphen: string, letter: string) => {
    return (hyphen && " ") + letter.toUpperCase();
  });
  return text
    .replaceAll("ACME", name.toUpperCase().replaceAll("-", "_"))
    .replaceAll("Acme", title)
    .replaceAll("acme", name);
}
