import type { AnyClient } from "../client";
import type { Difference } from "../compare";
import { checkInputs } from "./check";
import { create } from "./create";
import { deleteObject } from "./delete";
import { diff } from "./diff";
import { list } from "./list";
import { type Preview, previewCreate, previewUpdate } from "./preview";
import { type ReadResult, read } from "./read";
import { type LifecycleHost, Run } from "./run";
import type { Declaration, Refresh, State, StoredObject, Update } from "../state";
import { update } from "./update";
import { type Ledger, localLedger } from "../ownership";
import type { Service } from "../provider";
import type { AnyResource, Listed } from "../resource";
import type { Checked } from "../validation";
import type { Values } from "../values";

/**
 * The operations on every resource: which objects the provider adopts, which changes it sends, and which objects count as gone.
 *
 * A failed operation throws an `OperationError` with a message for the user. `api` is a client for one operation, such as one with
 * a deadline. By default, the operation uses the client of the provider.
 */
export class Lifecycle {
  readonly #run: Run;

  constructor(service: Service<AnyClient>, api: AnyClient, host: LifecycleHost, ledger: Ledger = localLedger()) {
    this.#run = new Run(service, api, host, ledger);
  }

  check(resource: AnyResource, declaration: Declaration, priorInputs: Values | undefined): Checked {
    return checkInputs(this.#run, resource, declaration, priorInputs);
  }

  diff(resource: AnyResource, change: Update): Promise<Difference[]> {
    return diff(this.#run, resource, change);
  }

  previewCreate(resource: AnyResource, declaration: Declaration): Promise<Preview> {
    return previewCreate(this.#run, resource, declaration);
  }

  create(resource: AnyResource, declaration: Declaration, api?: AnyClient): Promise<State> {
    return create(this.#run, resource, declaration, api);
  }

  read(resource: AnyResource, object: Refresh, api?: AnyClient): Promise<ReadResult | undefined> {
    return read(this.#run, resource, object, api);
  }

  previewUpdate(resource: AnyResource, change: Update): Promise<Values> {
    return previewUpdate(this.#run, resource, change);
  }

  update(resource: AnyResource, change: Update, api?: AnyClient): Promise<State> {
    return update(this.#run, resource, change, api);
  }

  delete(resource: AnyResource, object: StoredObject, api?: AnyClient): Promise<void> {
    return deleteObject(this.#run, resource, object, api);
  }

  list(resource: AnyResource, query: Values, api?: AnyClient): AsyncIterable<Listed> {
    return list(this.#run, resource, query, api);
  }
}
