# Atlas Sierra: everything a person or a machine starts, from here. `make help` lists it.
# Kept to GNU make 3.81 and a POSIX sh with BSD tools, which is what macOS ships:
# no .ONESHELL, no $(file ...), no `define NAME =`, no `sed -i`.

PYTHON ?= python3
PORT ?= 8501

VENV := .venv
VENV_PYTHON := $(VENV)/bin/python
RUN_STAMP := $(VENV)/.run-installed
TEST_STAMP := $(VENV)/.test-installed

# wheels only: on a system without them pip must say so at once, not start a compiler
PIP_INSTALL := $(VENV_PYTHON) -m pip install -qq --no-input --disable-pip-version-check --only-binary :all:
INSTALL_FAILED := echo 'No se pudieron instalar las bibliotecas (arriba está el motivo). Revise la conexión a internet y repita la orden.' >&2; \
	echo 'Se necesita Linux de 64 bits, o macOS 14 o posterior (15 en equipos Intel).' >&2

# `make lock` keeps every version that still fits; `make lock UPGRADE=1` takes the newest ones
UPGRADE ?=
# one version for all Pythons (fewest), so that what is tested here is what runs elsewhere;
# --no-config and the project-relative names keep this machine's settings out of the locks
LOCK := $(VENV)/bin/uv pip compile --quiet --no-config --universal --python-version 3.11 \
	--fork-strategy fewest --no-emit-index-url --no-emit-find-links \
	--custom-compile-command 'make lock' $(if $(UPGRADE),--upgrade)

# zsh hands over the ~ of `PACK=~/carpeta` unexpanded
EXPAND_HOME = case "$$$(1)" in "~/"*) $(1)=$$HOME/$${$(1)\#??} ;; esac
USE_WORKSPACE = SIERRA_WORKSPACE="$${SIERRA_WORKSPACE:-workspace}"; $(call EXPAND_HOME,SIERRA_WORKSPACE); \
	export SIERRA_WORKSPACE
USE_BROWSER = ATLAS_BROWSER="$$($(VENV_PYTHON) -m tests.find_browser)"; export ATLAS_BROWSER; \
	echo "Navegador para las pruebas: $$ATLAS_BROWSER"

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run demo test check format lock screenshots bench figures clean check-port

help: ## Muestra esta lista
	@echo 'Atlas Sierra'
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile
	@echo 'Variables: PORT=8501  PACK=carpeta  SIERRA_WORKSPACE=carpeta  PYTHON=python3'

run: check-port $(RUN_STAMP) ## Sirve el atlas en 127.0.0.1 (PACK=carpeta lo construye antes con datos reales)
	@set -e; $(USE_WORKSPACE); $(call EXPAND_HOME,PACK); \
	if [ -n "$$PACK" ]; then \
		echo "Construyendo el atlas con los datos de $$PACK"; \
		$(VENV_PYTHON) -m pipelines build --pack "$$PACK"; \
	elif [ ! -f "$$SIERRA_WORKSPACE/published/provenance.json" ]; then \
		echo 'Preparando los datos de demostración (solo la primera vez)'; \
		$(VENV_PYTHON) -m pipelines demo; \
	fi; \
	echo 'Atlas Sierra: http://127.0.0.1:$(PORT)  (Ctrl+C para terminar)'; \
	exec $(VENV_PYTHON) -m pages --server.address 127.0.0.1 --server.port $(PORT) \
		--server.headless true --browser.gatherUsageStats false --logger.hideWelcomeMessage true

demo: $(RUN_STAMP) ## Vuelve a crear los datos de demostración
	@$(USE_WORKSPACE); $(VENV_PYTHON) -m pipelines demo

# the variables of this make must not reach the tests, some of which start the program or make itself
test: check ## Revisa el código y corre todas las pruebas
	@set -e; unset MAKEFLAGS MFLAGS MAKELEVEL PORT PACK SIERRA_WORKSPACE; $(USE_BROWSER); \
	$(VENV_PYTHON) -m pytest

check: $(TEST_STAMP) ## Solo la revisión del código: ruff, mypy, import-linter
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV_PYTHON) -m mypy
	$(VENV)/bin/lint-imports

format: $(TEST_STAMP) ## Da formato al código
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

lock: $(TEST_STAMP) ## Fija versiones: requirements.in -> requirements.txt (UPGRADE=1 las renueva)
	$(LOCK) --output-file requirements.txt requirements.in
	$(LOCK) --output-file tests/requirements.txt tests/requirements.in

screenshots: $(TEST_STAMP) ## Toma las imágenes de docs/ de la aplicación real
	@set -e; $(USE_BROWSER); $(VENV_PYTHON) -m tests.browser.screenshots

bench: $(TEST_STAMP) ## Mide los cruces espaciales, los rásters y el índice al lado de lo usual (unos 20 minutos)
	$(VENV_PYTHON) -m tests.bench_public_goods
	$(VENV_PYTHON) -m tests.bench_goods_build
	$(VENV_PYTHON) -m tests.bench_index
	$(VENV_PYTHON) -m tests.bench_census

figures: $(TEST_STAMP) ## Mide tiempos, memoria y bytes en este equipo
	@set -e; $(USE_BROWSER); $(VENV_PYTHON) -m tests.figures

clean: ## Borra .venv y las memorias de trabajo; nunca el workspace
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name workspace -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +

check-port: $(VENV_PYTHON)
	@case '$(PORT)' in ''|*[!0-9]*) false ;; *) [ '$(PORT)' -ge 1 ] && [ '$(PORT)' -le 65535 ] ;; esac || { \
		echo 'PORT debe ser un número de puerto, por ejemplo: make run PORT=8502' >&2; exit 1; }
	@if $(VENV_PYTHON) -c 'import socket, sys; sys.exit(socket.socket().connect_ex(("127.0.0.1", $(PORT))))'; then \
		echo 'El puerto $(PORT) ya está ocupado; quizá el atlas ya está abierto en http://127.0.0.1:$(PORT)' >&2; \
		echo 'Ciérrelo o use otro puerto, por ejemplo: make run PORT=8502' >&2; exit 1; \
	fi

# an upgrade of the system Python leaves a dangling link here, which make sees as missing and mends
$(VENV_PYTHON):
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo 'Atlas Sierra necesita Python 3.11 o posterior y "$(PYTHON)" no lo es o no está instalado.' >&2; \
		echo 'Instálelo, o indique otro, por ejemplo: make run PYTHON=python3.12' >&2; exit 1; }
	@if ! "$(PYTHON)" -c 'import venv, ensurepip' 2>/dev/null; then \
		package="$$("$(PYTHON)" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"; \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			echo "Instalando $$package, que falta en este sistema"; \
			apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq -o DPkg::Lock::Timeout=120 "$$package" >/dev/null; \
		else \
			echo "A este Python le falta el módulo venv. En Debian o Ubuntu: sudo apt-get install $$package" >&2; exit 1; \
		fi; \
	fi
	@echo 'Creando el entorno de Python en $(VENV)'
	@"$(PYTHON)" -m venv --clear $(VENV) || { rm -rf $(VENV); exit 1; }

$(RUN_STAMP): requirements.txt $(VENV_PYTHON)
	@echo 'Instalando las bibliotecas (la primera vez tarda unos minutos)'
	@$(PIP_INSTALL) -r requirements.txt || { $(INSTALL_FAILED); exit 1; }
	@touch $@

$(TEST_STAMP): tests/requirements.txt $(RUN_STAMP)
	@echo 'Instalando las herramientas de prueba'
	@$(PIP_INSTALL) -r tests/requirements.txt || { $(INSTALL_FAILED); exit 1; }
	@touch $@
