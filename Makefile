# Two commands: `make demo` and `make test`. Everything else is a part of them.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory

DIR  ?= demo-observatoire
ADDR ?= 127.0.0.1:8080

# What the binary is made from: files and folders, so that a removal counts too.
SOURCE := $(shell find . -mindepth 1 \
	\( -path ./.git -o -path ./.ci -o -path ./node_modules -o -path ./bin -o -path ./build \
	-o -path ./browser -o -path ./script -o -path ./tool -o -path ./web/asset -o -path ./render/pdf/engine \
	-o -path ./render/pdf/font -o -path ./render/pdf/tool -o -path './$(DIR)' -o -name testdata \) -prune \
	-o \( -type d -o -path './doc/operate/*' -o -type f ! -name '*_test.go' ! -name '*.md' \) -print)
FRONT  := $(shell find web/ui tool/assets -name '*.css' -o -name '*.ts' -o -name '*.go' -o -type d 2>/dev/null)
ENGINE := build/engine.stamp
CACHE  := $(or $(VIGIE_CACHE),$(or $(XDG_CACHE_HOME),$(HOME)/.cache)/vigie)

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/:.*## /\t/' | column -t -s '	'

demo: build ## build, make a demo observatory and serve it on 127.0.0.1:8080
	bin/vigie demo --dir '$(DIR)' --addr '$(ADDR)'

build: bin/vigie $(CACHE)/ready ## make bin/vigie and prepare its PDF engine

test: ## set up and run all tests
	@script/test

test-long: ## the same with the full counts
	@VIGIE_LONG=1 script/test

bench: build ## print the measured figures beside their bars
	@node script/bench.mjs

bench-survey: ## measure the survey engine beside R survey, 200,000 rows (minutes, 4 GB for R)
	@CGO_ENABLED=0 go run ./tool/survey

bench-index: ## measure the engine of composite indices beside COINr's figures (a minute)
	@CGO_ENABLED=0 go run ./tool/index

bench-sign: ## measure signing in at 20 a second, and what rights cost a page (a minute, a quiet machine)
	@CGO_ENABLED=0 go test ./web -run '^$$' -bench 'SignIn|Authorise|Visitor' -cpu 2

audit: ## look for weaknesses in our code and in its modules
	@script/audit

release: web/asset/manifest.json $(ENGINE) ## binaries, list of parts and digests of a release into build/release
	@script/release

shots: build ## draw every page in every mode into build/shots
	@script/with-demo node browser/shots.mjs

fmt: ## format the Go code
	@gofmt -w $$(git ls-files '*.go')

clean: ## remove what was made here
	rm -rf bin build
	find web/asset render/pdf/engine render/pdf/font -type f ! -name README.md -delete 2>/dev/null || true

setup: node_modules/.package-lock.json ## fetch the npm packages

assets: web/asset/manifest.json $(ENGINE) ## make styles, scripts, fonts and the PDF engine

node_modules/.package-lock.json: package.json package-lock.json .npmrc
	@script/require go node npm
	@echo 'npm packages'
	@npm ci --silent --no-progress
	@touch $@

build/font/stamp: tool/assets/font.mjs node_modules/.package-lock.json
	@node tool/assets/font.mjs build/font
	@touch $@

web/asset/manifest.json: $(FRONT) build/font/stamp
	@echo 'web assets'
	@go run ./tool/assets
	@touch $@

build/engine.stamp: $(wildcard render/pdf/tool/engine/*) node_modules/.package-lock.json
	@echo 'PDF engine files'
	@mkdir -p build
	@go run ./render/pdf/tool/engine -from node_modules -to render/pdf
	@touch $@

bin/vigie: $(SOURCE) web/asset/manifest.json $(ENGINE)
	@echo 'bin/vigie'
	@CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags '-s -w -buildid=' -o bin/vigie ./cmd/vigie

$(CACHE)/ready: bin/vigie
	@echo 'PDF engine: compiled once for this machine, about a minute the first time'
	@bin/vigie render --prepare
	@mkdir -p $(CACHE) && touch $@

.PHONY: help demo build test test-long release bench bench-survey bench-index bench-sign audit shots fmt clean setup assets
.DEFAULT_GOAL := help
