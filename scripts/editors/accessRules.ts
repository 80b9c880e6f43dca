import { rulesFile } from "../../gitops/src";
import { editorSchema } from "./jsonSchema";

/** What editors know of access rules. */
export const accessRulesSchema = editorSchema("Peridio access rules", rulesFile);
