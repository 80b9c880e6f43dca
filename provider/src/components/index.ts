import type { Component } from "#framework";
import { layout } from "./layout";

/** Every component of the provider. A new one is a file beside this and a line here. */
export const components: readonly Component[] = [layout];
