export { components } from "../components";
export { construct } from "./construct";
