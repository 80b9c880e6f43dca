import { layoutFile } from "../../provider/src/layouts/schema";
import { editorSchema } from "./jsonSchema";

/** What editors know of layout files. */
export const layoutSchema = editorSchema("Peridio layout", layoutFile);
