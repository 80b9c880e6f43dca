import type * as pulumi from "@pulumi/pulumi";
import { DynamicResource } from "pulumi-provider-kit/program";

/** A note in the notebook, for TypeScript programs without the plugin. */
export class Note extends DynamicResource {
  declare readonly title: pulumi.Output<string>;
  declare readonly text: pulumi.Output<string>;
  declare readonly tags: pulumi.Output<string[] | undefined>;
  declare readonly password: pulumi.Output<string | undefined>;
  declare readonly revision: pulumi.Output<number>;

  constructor(name: string, args: NoteArgs, options?: pulumi.CustomResourceOptions) {
    const outputs = ["title", "text", "tags", "password", "revision"];
    super("pulumi-notes", "notes:index:Note", name, args, outputs, options, { always: ["password"] });
  }
}

/** The inputs of `new Note`. */
export interface NoteArgs {
  title: pulumi.Input<string>;
  text: pulumi.Input<string>;
  tags?: pulumi.Input<string[] | undefined>;
  password?: pulumi.Input<string | undefined>;
}
