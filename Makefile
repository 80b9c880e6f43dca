# `make` alone prints what there is. Everything works in a fresh clone, and costs little the second time.

PORT ?= 4010
# Where generated files go; `check` regenerates elsewhere and compares.
OUT ?= .

BIN := node_modules/.bin
RUN := $(BIN)/ts-node
# npm writes this file last, when an installation is complete.
MODULES := node_modules/.package-lock.json

.PHONY: help setup pulumi provider emulator demo test check schema sdk clean

help: ## print this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(MODULES) ## install the packages that package-lock.json names

$(MODULES): package-lock.json
	npm ci

pulumi: setup ## get a Pulumi CLI into .pulumi/bin: link an installed one, or build it (5 minutes, once)
	@$(RUN) scripts/toolchain.ts

provider: bin/pulumi-resource-peridio ## build the plugin: bin/pulumi-resource-peridio

bin/pulumi-resource-peridio: $(shell find provider/src -name '*.ts' ! -name '*.test.ts') scripts/bundle.ts scripts/launcher.sh scripts/launcher.cmd package.json $(MODULES)
	$(RUN) scripts/bundle.ts $(@F)

emulator: setup ## run the local Peridio API on PORT (4010)
	@exec $(RUN) emulator/src/main.ts --port $(PORT)

demo: setup pulumi provider ## show everything, from nothing, against the emulator
	@exec $(RUN) scripts/demo.ts

clean: ## remove what was built, but neither packages nor the Pulumi CLI
	rm -rf bin dist .demo sdk/nodejs/bin
