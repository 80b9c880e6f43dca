import eslint from "@eslint/js";
import tseslint from "typescript-eslint";

// The two hosts use untyped protocols. Elsewhere, a cast would hide a mistake.
const hosts = ["framework/src/plugin/**", "framework/src/dynamic/**", "provider/src/dynamic/**"];

// The files that ignore the case of other texts than addresses.
const caseInsensitive = [
  // The definition of canonicalizeEmail.
  "provider/src/api/model.ts",
  // Ids of objects.
  "provider/src/{access/importIds,types/objectId,types/organizationId}.ts",
  "gitops/src/{model/properties,preview/resources}.ts",
  // Patterns for names and addresses.
  "provider/src/types/pattern.ts",
  "gitops/src/rules/selector.ts",
  // Logins, endpoints, names of files, words, and the order of findings.
  "gitops/src/{logins,rules/suspectNames,review/program/providers,export/documents,wording,audit/finding}.ts",
];

const extendedTypes = {
  selector: "TSModuleDeclaration[id.value=/^[.#]/]",
  message: "A file that extends the types of another is in a cycle with it, which dependency-cruiser does not see.",
};

const sharedHook = {
  selector: "Program > ExpressionStatement > CallExpression[callee.name=/^(before|after)(All|Each)$/]",
  message: "Test files share this module, and it runs once. Call the hook in a function that each test file calls.",
};

const lowerCase = {
  selector: "MemberExpression[property.name=/^to(Locale)?LowerCase$/]",
  message:
    "Compare addresses with canonicalizeEmail. If the text is no address, add the file to `caseInsensitive` in eslint.config.mjs.",
};

export default tseslint.config(
  {
    ignores: [
      "**/node_modules/",
      ".pulumi/",
      ".demo/",
      ".browser*/",
      "bin/",
      "**/dist/",
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
    languageOptions: { parserOptions: { project: "tsconfig.json", tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/consistent-type-definitions": ["error", "interface"],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-unused-vars": ["error", { ignoreRestSiblings: true }],
      "no-restricted-syntax": ["error", extendedTypes],
    },
  },
  {
    files: ["**/test/**/*.ts", "**/testing.ts", "**/testing/**/*.ts"],
    ignores: ["**/*.test.ts"],
    rules: { "no-restricted-syntax": ["error", extendedTypes, sharedHook] },
  },
  {
    files: ["gitops/src/**/*.ts", "provider/src/**/*.ts"],
    ignores: ["**/*.test.ts", ...caseInsensitive],
    rules: { "no-restricted-syntax": ["error", extendedTypes, lowerCase] },
  },
  {
    files: ["**/*.ts"],
    ignores: hosts,
    rules: {
      "@typescript-eslint/consistent-type-assertions": ["error", { assertionStyle: "never" }],
      "@typescript-eslint/no-explicit-any": "error",
    },
  },
  {
    // Written as the documentation of pulumi.dynamic teaches, to compare with.
    files: ["tools/side/**/*.ts"],
    rules: {
      "@typescript-eslint/consistent-type-assertions": "off",
      "@typescript-eslint/require-await": "off",
    },
  },
);
