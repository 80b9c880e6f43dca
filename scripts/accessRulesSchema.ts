/** Prints the JSON Schema of access rules, for editors: `ts-node scripts/accessRulesSchema.ts > gitops/access-rules.schema.json`. */
import { accessRulesSchema } from "./editors/accessRules";
import { print } from "./editors/print";

void print(accessRulesSchema);
