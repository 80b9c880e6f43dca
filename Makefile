# `make` alone prints what there is. Everything works in a fresh clone, and costs little the second time.

PORT ?= 4010
# Where generated files go. `check` generates them elsewhere and compares.
OUT ?= .

BIN := node_modules/.bin
RUN := $(BIN)/ts-node
# npm writes this file last, when an installation is complete.
PACKAGES := node_modules/.package-lock.json
GENERATED := schema.json sdk/nodejs
BUNDLING := scripts/bundle.ts scripts/launcher.sh scripts/launcher.cmd package.json $(PACKAGES)

sources = $(shell find $(1) -type f ! -name '*.test.ts')
# What a step prints when it fails.
or_say = || { echo "$@: $(1)" >&2; exit 1; }

.PHONY: help setup pulumi provider dynamic emulator demo test check schema sdk clean

help: ## print this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(PACKAGES) ## install the packages that package-lock.json pins

$(PACKAGES): package-lock.json
	@node -e 'process.exit(process.versions.node.split(".")[0] >= 20 ? 0 : 1)' $(call or_say,install Node.js 20 or newer: https://nodejs.org)
	npm ci

pulumi: setup ## get a Pulumi CLI into .pulumi/bin: link an installed one, or build it (5 minutes, once)
	@$(RUN) scripts/toolchain.ts

provider: bin/pulumi-resource-peridio bin/peridio-emulator ## bundle the plugin and the emulator into bin/

bin/pulumi-resource-peridio: $(call sources,provider/src) $(BUNDLING)
	$(RUN) scripts/bundle.ts $(@F)

bin/peridio-emulator: $(call sources,emulator/src api) $(BUNDLING)
	$(RUN) scripts/bundle.ts $(@F)

dynamic: dist/dynamic/host.js ## build what the npm package holds: the dynamic provider

dist/dynamic/host.js: $(shell find provider/src -name '*.ts' ! -name '*.test.ts') scripts/packageDynamic.ts scripts/dynamicClasses.ts package.json $(MODULES)
	$(RUN) scripts/packageDynamic.ts

emulator: setup ## run a local Peridio API on PORT (4010)
	@exec $(RUN) emulator/src/main.ts --port $(PORT)

demo: setup pulumi provider ## show everything, from nothing, against the emulator
	@exec $(RUN) scripts/demo.ts

test: setup pulumi provider check ## check, then run all tests
	$(BIN)/jest --json --outputFile=dist/tests.json

check: setup pulumi ## check format, style, types, and that generated files are fresh
	$(BIN)/prettier --check --log-level warn . $(call or_say,to fix it: $(BIN)/prettier --write .)
	$(BIN)/eslint --max-warnings 0 . $(call or_say,to fix what can be fixed by itself: $(BIN)/eslint --fix .)
	$(BIN)/tsc -p . $(call or_say,correct the types above)
	.pulumi/bin/pulumi schema check schema.json $(call or_say,correct the descriptions of resources in provider/src)
	@fresh=$$(mktemp -d) && trap 'rm -rf "$$fresh"' EXIT && \
	$(MAKE) --no-print-directory sdk OUT="$$fresh" && \
	for file in $(GENERATED); do \
	  diff -rq -x bin -x node_modules $$file "$$fresh/$$file" $(call or_say,$$file is not what the sources say; to fix it: make sdk); \
	done
	$(BIN)/tsc -p sdk/nodejs --noEmit $(call or_say,the generated SDK must compile: correct the schema)

schema: setup ## generate schema.json from the resources
	@mkdir -p $(OUT)
	$(RUN) scripts/schema.ts > $(OUT)/schema.json.new && mv $(OUT)/schema.json.new $(OUT)/schema.json

sdk: schema ## generate schema.json and the SDK for Node.js (needs Go)
	@go version >/dev/null 2>&1 $(call or_say,install Go 1.26 or newer: https://go.dev/dl)
	go -C tools/pulumi run -buildvcs=false ./sdkgen $(abspath $(OUT))/schema.json $(abspath $(OUT))/sdk nodejs

clean: ## remove what was built, but neither packages nor the Pulumi CLI
	rm -rf bin dist .demo sdk/nodejs/bin
