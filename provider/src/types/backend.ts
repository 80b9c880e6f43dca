import * as z from "zod";
import { backends } from "../api";

/** The name of an API. */
export const backend = z.enum(backends).meta({ id: "Backend", description: "The API of Peridio to use." });
