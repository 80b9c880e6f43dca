@echo off
rem Starts the bundle beside this file: the same name with .js.
setlocal
set "version="
for /f "tokens=1 delims=v." %%v in ('node --version 2^>nul') do set "version=%%v"
if not defined version (
  echo %~n0: node is not on PATH. Install Node.js 20 or newer ^(https://nodejs.org^), and put node on PATH. 1>&2
  exit /b 1
)
if %version% lss 20 (
  echo %~n0: node is version %version%, which is too old. Install Node.js 20 or newer ^(https://nodejs.org^), and put node on PATH. 1>&2
  exit /b 1
)
node "%~dpn0.js" %*
exit /b %errorlevel%
