import eslint from "@eslint/js";
import tseslint from "typescript-eslint";

// The two hosts use untyped protocols. Elsewhere, a cast would hide a mistake.
const hosts = ["framework/src/plugin/**", "framework/src/dynamic/**", "provider/src/dynamic/**"];

export default tseslint.config(
  {
    ignores: [
      "**/node_modules/",
      ".pulumi/",
      ".demo/",
      ".browser*/",
      "bin/",
      "dist/",
      "sdk/",
      "examples/",
      "templates/",
      "provider/src/api/*/wire.d.ts",
    ],
  },
  eslint.configs.recommended,
  {
    // Parts of one script in a page. tsc reads them together and checks their names.
    files: ["**/page/*.js"],
    languageOptions: { sourceType: "script" },
    rules: { "no-undef": "off", "no-unused-vars": ["error", { vars: "local" }] },
  },
  {
    files: ["**/*.ts"],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/consistent-type-definitions": ["error", "interface"],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-unused-vars": ["error", { ignoreRestSiblings: true }],
      "no-restricted-syntax": [
        "error",
        {
          selector: "TSModuleDeclaration[id.value=/^[.#]/]",
          message:
            "A file that extends the types of another is in a cycle with it, which dependency-cruiser does not see.",
        },
      ],
    },
  },
  {
    files: ["**/*.ts"],
    ignores: hosts,
    rules: {
      "@typescript-eslint/consistent-type-assertions": ["error", { assertionStyle: "never" }],
      "@typescript-eslint/no-explicit-any": "error",
    },
  },
);
