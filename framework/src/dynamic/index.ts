/** The side of a dynamic provider that runs in Pulumi's Node.js host. */
export { dynamicHost } from "./host";
