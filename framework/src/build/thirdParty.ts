/** The third-party code in a bundle: its licenses and its CycloneDX bill of materials (SBOM), which ship with the code. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ComponentType } from "@cyclonedx/cyclonedx-library/Enums";
import {
  Bom,
  Component,
  LicenseExpression,
  LicenseRepository,
  Metadata,
  SpdxLicense,
} from "@cyclonedx/cyclonedx-library/Models";
import { JSON as Json, JsonSerializer } from "@cyclonedx/cyclonedx-library/Serialize";
import { Spec1dot6 } from "@cyclonedx/cyclonedx-library/Spec";
import type { Metafile } from "esbuild";
import { z } from "zod";

/** A package whose code is in a program. */
export interface ThirdParty {
  readonly name: string;
  readonly version: string;
  /** An SPDX expression. */
  readonly license: string;
  /** The texts of its licenses and notices. */
  readonly texts: readonly string[];
}

/** The licenses of packages that may become part of a program. Each permits the distribution with its notice. */
const accepted = new Set(["0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT"]);

const manifest = z.object({ name: z.string(), version: z.string(), license: z.string() });

/** A program, as its SBOM names it. */
export interface Program {
  /** Its file, without the extension of Windows. */
  readonly file: string;
  /** By default, the name of the file. */
  readonly title?: string;
  readonly version: string;
}

/**
 * Writes FILE.notices.txt and FILE.cdx.json for a program, beside it. `runtime` is part of the program, but not of the bundle.
 *
 * @throws Error if a package has no license file, or a license that is not accepted
 */
export function writeThirdParty(folder: string, program: Program, metafile: Metafile, runtime?: ThirdParty): void {
  const all = [...(runtime === undefined ? [] : [runtime]), ...findThirdParties(metafile)];
  writeFileSync(join(folder, `${program.file}.notices.txt`), renderNotices(all));
  writeFileSync(join(folder, `${program.file}.cdx.json`), renderSbom(program, all));
}

/** Returns the packages whose code esbuild put into the bundle. `root` is the folder in which it ran. */
export function findThirdParties({ outputs }: Pick<Metafile, "outputs">, root = process.cwd()): readonly ThirdParty[] {
  const inputs = Object.values(outputs).flatMap((output) => Object.entries(output.inputs));
  const files = inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([file]) => file);
  const folders = [...new Set(files.flatMap((file) => findPackageFolder(file) ?? []))].sort();
  return folders.map((folder) => readThirdParty(join(root, folder)));
}

/** Returns the folder of the package that a file belongs to; undefined for a file of the project. */
export function findPackageFolder(file: string): string | undefined {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(file)?.[0];
}

/**
 * Reads a package from its folder.
 * @throws Error if it has no license file, or a license that is not accepted
 */
export function readThirdParty(folder: string): ThirdParty {
  const { name, version, license } = manifest.parse(JSON.parse(readFileSync(join(folder, "package.json"), "utf8")));
  const title = `${name} ${version} (${license})`;
  const rejected = license
    .replaceAll(/[()]/g, "")
    .split(" AND ")
    .filter((id) => !accepted.has(id));
  if (rejected.length > 0) throw new Error(`${title} has a license that is not accepted. Do not bundle this package.`);
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file));
  if (files.length === 0)
    throw new Error(`${title} has no license file. Do not bundle it before you have its license.`);
  return { name, version, license, texts: files.sort().map((file) => readFileSync(join(folder, file), "utf8").trim()) };
}

function renderNotices(all: readonly ThirdParty[]): string {
  const notices = all.map(({ name, version, license, texts }) =>
    [`${name} ${version} (${license})`, ...texts, ""].join("\n\n"),
  );
  return [`This program contains code of ${all.length} packages.\n`, ...notices].join(`\n${"=".repeat(80)}\n`);
}

/** Returns an SBOM without a time and a serial number, so that equal sources have equal SBOMs. */
export function renderSbom({ file, title = file, version }: Program, all: readonly ThirdParty[]): string {
  const root = new Component(ComponentType.Application, title, { version, bomRef: title });
  const bom = new Bom({ metadata: new Metadata({ component: root }) });
  for (const one of all) {
    const component = toComponent(one);
    bom.components.add(component);
    root.dependencies.add(component.bomRef);
  }
  return `${new JsonSerializer(new Json.Normalize.Factory(Spec1dot6)).serialize(bom, { sortLists: true, space: 2 })}\n`;
}

function toComponent({ name: fullName, version, license }: ThirdParty): Component {
  const [name = "", group] = fullName.split("/").reverse();
  const purl = `pkg:npm/${fullName.replace("@", "%40")}@${version}`;
  const terms = license.includes(" ") ? new LicenseExpression(license) : new SpdxLicense(license);
  return new Component(ComponentType.Library, name, {
    ...(group !== undefined && { group }),
    version,
    purl,
    bomRef: purl,
    licenses: new LicenseRepository([terms]),
  });
}
