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
      "provider/src/types/{allowlist,unordered}.ts",
    ],
    tests: ["provider/src", "provider/src/roster", "provider/src/types", "provider/test/roster"],
  },
  review: {
    mutate: ["gitops/src/{access,review,rules}/**/*.ts"],
    tests: ["gitops/src", "gitops/src/rules", "gitops/src/rules/kinds", "gitops/test", "gitops/test/oracle"],
  },
};

export const areaName = process.env.MUTATION_AREA ?? "framework";
export const area = areas[areaName];
if (area === undefined) throw new Error(`MUTATION_AREA is not one of: ${Object.keys(areas).join(", ")}.`);
