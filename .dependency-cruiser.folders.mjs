/** Forbids cycles between folders. Tests may import from every folder, so this check leaves them out. */
import modules, { tests } from "./.dependency-cruiser.mjs";

export default {
  forbidden: [
    {
      name: "no-folder-cycles",
      comment: "Folders that import each other have no order. Move the file to the folder that uses it.",
      severity: "error",
      scope: "folder",
      from: {},
      to: { circular: true },
    },
  ],
  options: { ...modules.options, exclude: { path: [modules.options.exclude.path, tests] } },
};
