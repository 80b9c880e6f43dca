const changed =
  "Pulumi's own provider stores another text than the program declares. The framework refuses such a response, so this provider stores the declared text.";

/** The reason of each test that fails with the framework and passes with Pulumi's own provider. */
export const failureReasons: Readonly<Record<string, string>> = {
  "l2-invoke-dependencies": changed,
  "l2-invoke-variants": changed,
  "l2-resource-any": "The test passes an asset. The framework refuses assets and archives.",
  "l2-resource-secret":
    "The property `privateData` is secret as a whole, so each text in it is a secret. The public property `public` has one of these texts, and the framework encrypts each copy of a secret.",
};

const components = "The framework's components have only one kind of output: the ids of their children.";
const methods = "The framework has no methods of resources, components and providers.";
const parameters = "The framework does not support parameters of providers.";
const otherPackages = "In the framework, a schema does not refer to types of other packages.";
const reads = "In the framework, a resource has no inputs of `read`.";

/** The reason of each package that is not written with the framework. */
export const packageReasons: Readonly<Record<string, string>> = {
  "asset-archive": "The framework refuses assets and archives.",
  borrowbase: parameters,
  bytesink: "The framework does not send bytes that are no text.",
  bytesource: "The framework does not send bytes that are no text.",
  call: methods,
  component: methods,
  "component-property-deps": methods,
  config: "The API stores another text than the program declares. The framework refuses such a response.",
  "config-enum": "In the framework, programs cannot read the settings of a provider.",
  "config-grpc":
    "A resource returns the messages that its provider received. The framework passes only their values to a resource.",
  configurer: methods,
  "discriminated-union-marked-key":
    "A preview returns an output of which a part is unknown. In the framework, the whole output is unknown.",
  docs: otherPackages,
  extbase: parameters,
  extenumref: otherPackages,
  failingcomponent: components,
  "index-mod": methods,
  large: "An input and an output have one name and different values. The framework refuses such a response.",
  "module-format": methods,
  "multi-argument-invoke": "The framework's functions receive named arguments only.",
  namespaced: otherPackages,
  "output-value-input-deps":
    "In the framework, all inputs of a component's child depend on the same inputs of the component.",
  parameterized: parameters,
  pick: "The framework does not know from which arguments the result of a function follows.",
  "pick-call": methods,
  plaincomponent: components,
  read: reads,
  "read-id-rewrite": reads,
  selfref: "In the framework, an input is the id of a resource, never the resource itself.",
};
