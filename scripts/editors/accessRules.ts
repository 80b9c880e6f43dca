import { rulesFile } from "../../gitops/src/rules/schema";
import { editorSchema } from "./jsonSchema";

/** What editors know of access rules. */
export const accessRulesSchema = editorSchema("Peridio access rules", rulesFile);
