import process from "node:process";

/** The parts of the sources whose tests `make mutation` measures, one at a time. MUTATION_AREA names one. */
const areas = {
  framework: {
    mutate: ["framework/src/{,operations/}*.ts"],
    tests: ["framework/src", "framework/src/operations"],
  },
  roster: {
    mutate: [
      "provider/src/roster/!(change|deletion|invitation).ts",
      "provider/src/{cidr,configuration}.ts",
      "provider/src/types/{allowlist,unordered}.ts",
    ],
    tests: ["provider/src", "provider/src/roster", "provider/src/types", "provider/test/roster"],
  },
  // Only lifecycles cover these.
  lifecycles: {
    mutate: ["provider/src/permissions.ts", "provider/src/roster/{change,deletion,invitation}.ts"],
    tests: ["provider/test/lifecycle"],
    names: "^(organizationMembers|membership|invitations|rights|seats|destroy)",
  },
};

export const areaName = process.env.MUTATION_AREA ?? "framework";
export const area = areas[areaName];
if (area === undefined) throw new Error(`MUTATION_AREA is not one of: ${Object.keys(areas).join(", ")}.`);
