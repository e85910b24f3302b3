#!/bin/sh
# The report page, in Node and in a real browser. run.sh runs it where CI=true or --interop asks for
# it, since what it needs is large. Leaves pages and screenshots in build/suite/browser/.
tests=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
# shellcheck source=tests/stages/lib.sh
. "$tests/stages/lib.sh"
# shellcheck source=tests/programs/lib.sh
. "$tests/programs/lib.sh"

browser=$tests/browser
browser_folder=$suite/browser
browser_networks=100
browser_digits=1000

# Neither package has a script of its own to run; Debian's Chromium is the browser.
has_browser_packages() {
    # (Debian 12 has Node.js 18, which later versions of Playwright refuse)
    for browser_package in playwright-core@1.57.0 axe-core@4.14.1; do
        [ -f "$suite/npm-browser/node_modules/${browser_package%@*}/package.json" ] || {
            mkdir -p "$suite/npm-browser" && (cd "$suite/npm-browser" &&
                npm install --ignore-scripts --no-audit --no-fund --loglevel=error \
                    "$browser_package") || return 1
        }
    done
}

# ---- without a browser ------------------------------------------------------------------

computes_as_library() { # float|double
    mkdir -p "$temp/page-$1" &&
        "$suite/gcc/tests/interop/interop_networks-$1" write "$temp/page-$1" $browser_networks &&
        node "$browser/check_network.js" "$temp/page-$1" $browser_networks "$1"
}

# They share one scope: a second function of a name would silently take the place of the first.
script_names_differ() {
    equal "$(cat "$root/examples/mnist/page/"*.js |
        sed -n 's/^\(async \)*\(function\|const\|let\|class\) \([A-Za-z_]*\).*/\3/p' |
        sort | uniq -d)" ""
}

# ---- with MNIST --------------------------------------------------------------------------

# In CI it is fetched; elsewhere it must have been.
fetches_mnist() {
    has_real_mnist || sh "$root/examples/fetch_mnist.sh" "$real"
}

# NAME.html, NAME.safetensors, and the library's probabilities in NAME.txt.
makes_page() { # NAME OPTION...
    browser_name=$browser_folder/$1
    shift
    rm -f "$browser_name.html" && mkdir -p "$browser_folder" &&
        "$suite/gcc/examples/mnist/mnist" train --data "$real" --quiet \
            --model "$browser_name.safetensors" --report "$browser_name.html" "$@" &&
        "$suite/gcc/tests/browser/browser_predictions" "$browser_name.safetensors" \
            "$real/t10k-images-idx3-ubyte" $browser_digits >"$browser_name.txt"
}

is_smaller() { # FILE BYTES
    browser_size=$(wc -c <"$1")
    echo "$1 has $browser_size bytes"
    [ "$browser_size" -lt "$2" ]
}

in_browser() { # NAME SCRIPT ARGUMENT...: with the page NAME
    browser_script=$browser/$2
    BROWSER=$(command -v chromium) && export BROWSER
    BROWSER_NPM=$suite/npm-browser BROWSER_PAGE=$browser_folder/$1.html BROWSER_OUT=$browser_folder
    export BROWSER_NPM BROWSER_PAGE BROWSER_OUT
    shift 2
    node "$browser_script" "$@"
}

recognises_drawn() { # NAME SHARE
    node "$browser/check_drawn.js" "$browser_folder/$1.safetensors" "$real" \
        "$browser_folder/$1.txt" "$2"
}

check_page() { # NAME SHARE: of drawn digits that get the library's class
    check "$1: the library's probabilities" in_browser "$1" check_pixels.js "$real" \
        "$browser_folder/$1.txt"
    tell 'library'
    check "$1: $browser_digits drawn digits" recognises_drawn "$1" "$2"
    tell 'library'
    check "$1: 50 digits drawn by the mouse" in_browser "$1" check_strokes.js "$real" \
        "$browser_folder/$1.txt" "$(awk -v share="$2" 'BEGIN { print 50 * share }')"
    tell 'drawn digits'
}

test_default_page() {
    check "trains the default network, and writes its page" makes_page default
    [ -f "$browser_folder/default.html" ] || return
    check "the page has less than 1 MB" is_smaller "$browser_folder/default.html" 1000000
    check_page default 0.9
    check "drawing by mouse, finger and keys" in_browser default check_pad.js
    check "figures show what is in the data" in_browser default check_figures.js
    check "phone and desktop, light and dark" in_browser default check_looks.js
    tell 'loaded'
}

test_wide_page() {
    check "trains 784-800-10, and writes its page" makes_page wide --hidden 800 --dropout 0.5 \
        --epochs 30 --batch 128 --rate 0.003 --weight-decay 0.1
    [ -f "$browser_folder/wide.html" ] || return
    check "the page has less than 5 MB" is_smaller "$browser_folder/wide.html" 5000000
    check_page wide 0.96
}

begin "the report page in a browser"
needs_interop
needs_gcc_build
check "what it needs is there" sh "$root/examples/setup.sh" browser
check "Playwright and axe are there" has_browser_packages
for browser_precision in float double; do
    check "$browser_networks networks, $browser_precision" computes_as_library $browser_precision
    tell 'agree'
done
check "pixels of strokes" node "$browser/check_ink.js"
check "no two scripts define the same name" script_names_differ
has_real_mnist || [ "${CI-}" != true ] || check "MNIST is there" fetches_mnist
has_real_mnist ||
    finish "MNIST is not in $real: sh examples/fetch_mnist.sh brings it; no page is tested"
test_default_page
test_wide_page
finish
