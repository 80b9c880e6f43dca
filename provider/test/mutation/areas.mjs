import { readdirSync, readFileSync } from "node:fs";
import process from "node:process";

/** The parts of the sources whose tests `make mutation` measures, one at a time. MUTATION_AREA names one. */
const areas = {
  framework: {
    mutate: ["framework/src/{,operations/}*.ts"],
    tests: ["framework/src", "framework/src/operations"],
  },
  roster: {
    mutate: [
      "provider/src/roster/*.ts",
      "provider/src/{cidr,configuration,permissions}.ts",
      "provider/src/types/allowlist.ts",
    ],
    tests: ["provider/src", "provider/src/roster", "provider/src/types", "provider/test/roster"],
  },
  review: {
    // These folders have 8,000 mutants, which would take a day.
    mutate: sampleLines([
      "gitops/src/access",
      "gitops/src/model",
      "gitops/src/objects",
      "gitops/src/review",
      "gitops/src/rules",
    ]),
    tests: ["gitops/src", "gitops/src/rules", "gitops/src/rules/kinds", "gitops/test", "gitops/test/oracle"],
  },
};

/** Selects one line in thirty of the sources in these folders, counted through all files. */
function sampleLines(folders) {
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => /(?<!\.test)\.ts$/.test(name) && !/\btesting\b/.test(name))
      .sort()
      .map((name) => `${folder}/${name}`),
  );
  const lines = files.flatMap((file) => {
    const { length } = readFileSync(file, "utf8").split("\n");
    return Array.from({ length }, (_, index) => `${file}:${index + 1}-${index + 1}`);
  });
  return lines.filter((_, index) => index % 30 === 0);
}

export const areaName = process.env.MUTATION_AREA ?? "framework";
export const area = areas[areaName];
if (area === undefined) throw new Error(`MUTATION_AREA is not one of: ${Object.keys(areas).join(", ")}.`);
