# `make` without a target prints the list of targets. Every target works in a fresh clone: it first installs and builds its
# prerequisites. Later runs do not repeat this.

PORT ?= 4010
# The languages of Pulumi programs whose hosts `make pulumi` provides: nodejs, yaml, python, go.
LANGUAGES ?= nodejs yaml
# The folder of generated files. `check` generates them in a temporary folder, and compares them with the files here.
OUT ?= .

BIN := node_modules/.bin
RUN := $(BIN)/ts-node
# npm writes this file at the end of an installation.
PACKAGES := node_modules/.package-lock.json
WIRE := provider/src/api/adminV2/wire.d.ts provider/src/api/connect/wire.d.ts
SCHEMAS := gitops/src/doctor/contracts.json $(patsubst %,gitops/%.schema.json,affected audit certify check confirm doctor evidence evidence-list evidence-verify export graph nightly review sync test validate who)
REGISTRIES := provider/src/api/connect/collections.ts provider/src/resources/index.ts provider/src/functions/index.ts emulator/src/apis/connect/collections.ts emulator/src/apis/connect/stored.ts gitops/src/objects/index.ts
GENERATED := $(REGISTRIES) schema.json layout.schema.json gitops/access-rules.schema.json $(SCHEMAS) $(WIRE) provider/src/dynamic/classes.ts sdk/nodejs sdk/python sdk/go docs/_index.md docs/resources docs/functions docs/reference/access-rules.md docs/reference/exit-codes.md docs/reference/reviews.md
# The rule below writes this copy at the end of the installation.
PYTHON := .pulumi/python/requirements.txt
COMPILING := $(wildcard framework/src/build/*.ts) scripts/compile.ts scripts/bundle.ts scripts/programs.ts package.json $(PACKAGES)

# The paths that `make prose` checks.
PROSE ?= .

sources = $(shell find $(1) -type f ! -name '*.test.ts')
# Runs a command. If it fails, prints a remedy.
try = $(1) || { echo "$@ failed. $(strip $(2))" >&2; exit 1; }
# Runs a command that shows that the machine has something. If it fails, says what to install.
require = ( $(1) ) >/dev/null 2>&1 || { echo "Install $(strip $(2))" >&2; exit 1; }

.PHONY: has-node has-go has-python has-rsync help setup pulumi python browser provider dynamic framework gitea act gitlab-ci-local dist emulator demo demo-access bench side-by-side conformance test test-all test-times mutation soak shadow screenshots check prose schema sdk clean

help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# The seconds after which `make pulumi` stops a download that has not begun.
export DOWNLOAD_TIMEOUT ?= 20

# The oldest Go that can build the pinned CLI.
GO := $(shell sed -n 's/^go //p' tools/pulumi/go.mod)
GITEA := $(shell sed -n 's/^replace gitea.dev => .* v//p' tools/gitea/go.mod)

# The requirements of a target come first among its prerequisites, so that a missing one is known before anything is installed.

# ESLint requires this version of Node.js. Some systems install npm separately.
has-node:
	@$(call require,npm --version && node -e 'const v = process.versions.node.split("."); process.exit(Number(v[0] * 100 + Number(v[1]) < 2019))',Node.js 20.19 or newer with npm: https://nodejs.org)

has-go:
	@$(call require,go -C tools/pulumi list -m,Go $(GO) or newer: https://go.dev/dl)

has-python:
	@$(call require,python3 -c 'import sys; import venv; import ensurepip; sys.exit(sys.hexversion < 0x30a0000)',Python 3.10 or newer with its venv module: https://www.python.org. On Debian: apt install python3-venv)

# gitlab-ci-local copies files with it.
has-rsync:
	@$(call require,rsync --version,rsync. On Debian: apt install rsync)

setup: has-node $(PACKAGES) ## install the npm packages that package-lock.json pins

$(PACKAGES): package-lock.json | has-node
	npm ci

pulumi: has-node setup ## link, download or build a Pulumi CLI in .pulumi/bin for LANGUAGES (default: nodejs yaml). A build takes about seven minutes, once
	@$(RUN) scripts/toolchain.ts $(LANGUAGES)

python: has-python $(PYTHON) ## make a Python environment in .pulumi/python, with the packages that tools/python pins

$(PYTHON): tools/python/requirements.txt | has-python
	rm -rf $(@D)
	python3 -m venv $(@D)
	$(@D)/bin/pip install --quiet --disable-pip-version-check --requirement $<
	cp $< $@

browser: setup ## find a Chromium for the tests of web pages, or download one into .browser
	@$(RUN) scripts/browser.ts

provider: bin/pulumi-resource-peridio bin/peridio-emulator bin/peridio-gitops ## compile the plugin, the emulator and peridio-gitops into bin/

bin/pulumi-resource-peridio: $(call sources,framework/src provider/src) $(COMPILING)
	$(RUN) scripts/compile.ts $(@F)

bin/peridio-gitops: $(call sources,gitops/src framework/src provider/src examples/ci) templates/access.yml $(COMPILING)
	$(RUN) scripts/compile.ts $(@F)

bin/peridio-emulator: $(call sources,emulator/src api) $(COMPILING)
	$(RUN) scripts/compile.ts $(@F)

dynamic: dist/dynamic/host.js ## build dist/dynamic, the package of the dynamic provider

dist/dynamic/host.js: $(call sources,framework/src provider/src) scripts/packageDynamic.ts scripts/programs.ts package.json $(PACKAGES)
	$(RUN) scripts/packageDynamic.ts

framework: has-node setup ## pack the framework, pulumi-provider-kit, into dist
	@mkdir -p dist
	@npm pack --workspace framework --pack-destination dist

dist: has-node has-python setup python dynamic ## build all files of a release, with checksums, in dist/release
	$(RUN) scripts/release.ts

emulator: setup ## run the emulator of Peridio's APIs on PORT (default: 4010)
	@exec $(RUN) emulator/src/main.ts --port $(PORT)

demo: has-node setup pulumi provider ## show the main use of the provider, with the emulator
	@exec $(RUN) scripts/demo.ts

demo-access: has-node setup pulumi provider ## show how access is edited, with the emulator: drift, emergencies and leavers
	@exec $(RUN) scripts/demo.ts access

bench: has-node setup pulumi provider dist/bench/bare/server dist/bench/noop/pulumi-resource-peridio ## compare the provider with a no-op provider, and write docs/performance.md (two hours)
	@exec $(RUN) scripts/bench.ts --write docs/performance.md

side-by-side: has-node has-go setup pulumi dist/side/infer/pulumi-resource-notes dist/side/kit/pulumi-resource-notes dist/side/nothing/pulumi-resource-notes ## compare a provider of the framework with infer and pulumi.dynamic, and write framework/docs/sideBySide.md (45 minutes)
	@exec $(RUN) scripts/comparison.ts --write framework/docs/sideBySide.md

dist/side/infer/pulumi-resource-notes: $(wildcard tools/side/infer/*) | has-go
	@mkdir -p $(@D)
	@$(call try,go -C tools/side/infer build -ldflags "-s -w" -o $(abspath $@).new .,Check the connection to the Go module proxy.)
	@mv $@.new $@

dist/side/kit/pulumi-resource-notes: $(call sources,framework/src framework/examples/notes) $(COMPILING)
	$(RUN) scripts/compile.ts $(@F) $(@D)

dist/side/nothing/pulumi-resource-notes: $(call sources,framework/src framework/examples/notes scripts/bench/bare scripts/bench/noop tools/side/nothing) $(COMPILING) | framework
	$(RUN) scripts/compile.ts nothing/$(@F) dist/side

dist/bench/%: $(call sources,scripts/bench/bare scripts/bench/noop) schema.json $(COMPILING)
	$(RUN) scripts/bundle.ts $* dist/bench

conformance: has-node has-go setup .pulumi/bin/conformance dist/conformance/pulumi-resource-conformance ## run Pulumi's language tests with providers of the framework, and write framework/conformance.md
	@exec $(RUN) scripts/conformance.ts framework/conformance.md $(TESTS_OF_LANGUAGES)

# Names of language tests to run, with commas. By default, all.
TESTS_OF_LANGUAGES ?=

dist/conformance/pulumi-resource-conformance: $(call sources,framework/src framework/test/conformance) $(COMPILING)
	$(RUN) scripts/compile.ts conformance/$(@F) dist

# Pulumi's runner of language tests.
.pulumi/bin/conformance: $(wildcard tools/conformance/*) | has-go
	@mkdir -p $(@D)
	@echo "Building Pulumi's language tests (once, about two minutes)"
	@$(call try,go -C tools/conformance build -ldflags "-s -w" -gcflags all=-dwarf=false -o $(abspath $@).new .,Check the connection to the Go module proxy.)
	@mv $@.new $@

screenshots: setup browser ## take the pictures in docs/images
	@$(RUN) scripts/screenshots.ts

# A part of the tests, such as 1/2. The default is all of them.
SHARD ?=

test: has-node has-go setup pulumi browser provider dynamic ## run the daily tests, which each change must pass
	@$(BIN)/jest $(if $(SHARD),--shard=$(SHARD))

# The lifecycle tests run on the executable here. The hash of the newest commit is the seed. PROPERTY_SEED and ORACLE_SEED replace it.
test-all: has-node has-go has-python setup python browser provider dynamic gitea act gitlab-ci-local .pulumi/bin/versitygw .pulumi/bin/conformance dist/conformance/pulumi-resource-conformance ## run all daily and nightly tests, as the nightly workflow does
	@$(RUN) scripts/toolchain.ts nodejs yaml python go
	@seed=$$((0x$$(git rev-parse HEAD | head -c 7))) && \
	export PROPERTY_SEED=$${PROPERTY_SEED:-$$seed} ORACLE_SEED=$${ORACLE_SEED:-$$seed} && \
	echo "PROPERTY_SEED=$$PROPERTY_SEED ORACLE_SEED=$$ORACLE_SEED" && \
	TESTS=all TESTED_EXECUTABLE=$(CURDIR)/bin/pulumi-resource-peridio $(BIN)/jest

test-times: setup ## print what the last run of the tests spent its time on
	@node scripts/tests/times.mjs

mutation: setup ## break the provider on purpose in some places, then list small changes of the sources that no test detects (an hour for the first run)
	@$(RUN) provider/test/property/breaks.ts
	@for area in framework roster review; do ORACLE_RUNS=100 PROPERTY_HISTORIES=100 MUTATION_AREA=$$area $(BIN)/stryker run || exit 1; done

soak: setup ## run 50,000 random histories for at most SOAK_MINUTES (default: 60), then 10,000 random reviews
	@$(RUN) provider/test/property/soak.ts
	ORACLE_RUNS=10000 ORACLE_SEED=$${SOAK_SEED:-$$(date +%s)} $(BIN)/jest --selectProjects fast --testPathPatterns gitops/test/oracle/oracle.test.ts

# The revision whose reviews `make shadow` compares with those of this tree.
REVISION ?= HEAD

shadow: setup ## compare the reviews of 1,000 random changes with those of REVISION (default: HEAD)
	@$(RUN) scripts/shadow.ts $(REVISION)

# The cheap checks come first, and two run at the same time. A failed check does not stop the others.
# The longest first, so that both processes end at about the same time.
CHECKS := check-style check-types check-format check-language check-generated check-imports check-unused

check: has-node has-go setup pulumi ## check format, language, imports, unused code, types, style, and that generated files are up to date
	@$(MAKE) --jobs=2 $(if $(filter output-sync,$(.FEATURES)),--output-sync) --keep-going --silent --no-print-directory $(CHECKS)

.PHONY: $(CHECKS)

check-format:
	@echo "format"
	@$(call try,$(BIN)/prettier --check --log-level warn .,To fix it: $(BIN)/prettier --write .)

check-language:
	@echo "language"
	@if [ -x .pulumi/bin/vale ] || command -v cc >/dev/null; then \
	  $(MAKE) --silent --no-print-directory .pulumi/bin/vale || exit 1; \
	  $(call try,$(RUN) scripts/prose.ts --errors .,Reword these texts.); \
	else \
	  echo "The language is not checked, because Vale cannot be built without a C compiler. On Debian: apt install gcc libc6-dev"; \
	fi

check-imports:
	@echo "imports"
	@$(call try,$(BIN)/depcruise --config .dependency-cruiser.mjs --output-type err framework provider gitops emulator scripts,Correct the imports. .dependency-cruiser.mjs explains each rule.)
	@$(call try,$(BIN)/depcruise --config .dependency-cruiser.folders.mjs --output-type err framework provider gitops emulator scripts,Remove the import cycles between these folders.)

check-unused:
	@echo "unused code"
	@$(call try,$(BIN)/knip --no-progress,Remove unused code and packages. Add unlisted packages to package.json.)

check-types:
	@echo "types"
	@$(call try,$(BIN)/tsc -p .,Correct the type errors.)
	@for page in gitops/src/report/html/page emulator/src/console/page; do \
	  $(call try,$(BIN)/tsc -p $$page,Correct the type errors of the scripts in $$page.); \
	done
	@$(call try,$(BIN)/tsc -p sdk/nodejs --noEmit,The generated SDK does not compile. Correct the resources in provider/src and run: make sdk)

check-style:
	@echo "style"
	@$(call try,$(BIN)/eslint --max-warnings 0 .,Correct the code. To let ESLint fix a part: $(BIN)/eslint --fix .)

check-generated:
	@echo "generated files"
	@$(call try,.pulumi/bin/pulumi schema check schema.json,Correct the resources in provider/src and run: make sdk)
	@fresh=$$(mktemp -d) && trap 'rm -rf "$$fresh"' EXIT && \
	MAKEFLAGS= $(MAKE) --silent --no-print-directory sdk OUT="$$fresh" && \
	for file in $(GENERATED); do \
	  diff -rq -x bin -x node_modules -x build -x '*.egg-info' -x __pycache__ $$file "$$fresh/$$file" || stale="$$stale $$file"; \
	done && \
	$(call try,[ -z "$$stale" ],These files do not match the sources:$$stale. To fix it: make sdk)

prose: has-node has-go setup .pulumi/bin/vale ## check the language of documents, comments and messages in PROSE (default: all files)
	@$(RUN) scripts/prose.ts $(PROSE)

.pulumi/bin/vale: tools/vale/go.mod tools/vale/go.sum
	@mkdir -p $(@D)
	@echo "Building Vale (once, about two minutes)"
	@$(call try,GOGC=400 go -C tools/vale build -gcflags all=-dwarf=false -ldflags "-s -w" -o $(abspath $@).new tool,Vale needs a C compiler. On Debian: apt install gcc libc6-dev)
	@mv $@.new $@

# An S3 server, for the tests of state in a bucket.
.pulumi/bin/versitygw: tools/versitygw/go.mod tools/versitygw/go.sum | has-go
	@mkdir -p $(@D)
	@echo "Building versitygw (once, about a minute)"
	@$(call try,CGO_ENABLED=0 go -C tools/versitygw build -ldflags "-s -w" -o $(abspath $@).new tool,Check the connection to the Go module proxy.)
	@mv $@.new $@

gitea: .pulumi/gitea/gitea .pulumi/bin/gitea-runner ## build a Gitea and its runner, for the nightly test of pipelines

# The server reads these folders of its sources.
.pulumi/gitea/gitea: tools/gitea/go.mod tools/gitea/go.sum | has-go
	@rm -rf $(@D) && mkdir -p $(@D)
	@echo "Building Gitea (once, about four minutes)"
	@$(call try,CGO_ENABLED=0 go -C tools/gitea build -ldflags "-s -w -X main.Version=$(GITEA)" -o $(abspath $@).new tool,Check the connection to the Go module proxy.)
	@sources=$$(go -C tools/gitea list -m -f '{{.Dir}}' gitea.dev) && cp -r $$sources/options $$sources/templates $(@D) && chmod -R u+w $(@D)
	@mv $@.new $@

.pulumi/bin/gitea-runner: tools/gitea-runner/go.mod tools/gitea-runner/go.sum | has-go
	@mkdir -p $(@D)
	@echo "Building the runner of Gitea (once, about a minute)"
	@$(call try,CGO_ENABLED=0 go -C tools/gitea-runner build -ldflags "-s -w" -o $(abspath $@).new tool,Check the connection to the Go module proxy.)
	@mv $@.new $@

act: .pulumi/bin/act ## build act, for the nightly test of the workflows for GitHub

.pulumi/bin/act: tools/act/go.mod tools/act/go.sum | has-go
	@mkdir -p $(@D)
	@echo "Building act (once, about a minute)"
	@$(call try,CGO_ENABLED=0 go -C tools/act build -ldflags "-s -w" -o $(abspath $@).new tool,Check the connection to the Go module proxy.)
	@mv $@.new $@

gitlab-ci-local: .pulumi/gitlab-ci-local/node_modules/.package-lock.json ## install gitlab-ci-local, for the nightly test of GitLab's pipeline

.pulumi/gitlab-ci-local/node_modules/.package-lock.json: tools/gitlab-ci-local/package-lock.json | has-node has-rsync
	@rm -rf .pulumi/gitlab-ci-local && mkdir -p .pulumi && cp -r tools/gitlab-ci-local .pulumi
	@$(call try,cd .pulumi/gitlab-ci-local && npm ci --ignore-scripts --silent,Check the connection to the npm registry.)

schema: has-node has-go setup ## generate the wire types from api/, the lists of objects, and schema.json, the JSON Schemas and the dynamic provider's classes from the sources (requires Go)
	$(RUN) scripts/wireTypes.ts api/admin-v2.openapi.yaml $(OUT)/provider/src/api/adminV2/wire.d.ts
	$(RUN) scripts/wireTypes.ts api/connect.openapi.yaml $(OUT)/provider/src/api/connect/wire.d.ts
	$(RUN) scripts/registries.ts $(OUT)
	$(RUN) scripts/schemas.ts $(OUT)

sdk: schema ## run make schema, then generate the SDKs for Node.js, Python and Go, and the reference in docs/ (requires Go)
	go -C tools/codegen run -buildvcs=false ./sdkgen $(abspath $(OUT))/schema.json $(abspath $(OUT))/sdk nodejs python go
	$(RUN) scripts/reference.ts $(abspath $(OUT))/schema.json $(OUT)/docs

clean: ## remove all builds, but keep installed packages, browsers and tools such as the Pulumi CLI
	rm -rf bin dist framework/dist .demo sdk/nodejs/bin sdk/python/build sdk/python/*.egg-info
