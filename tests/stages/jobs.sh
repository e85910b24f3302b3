# Stages side by side: each is a process with a folder of its own for temporary files; its words are
# printed whole, in the order of the stages. Sourced by run.sh.

# One more than there are cores, since stages wait for disks and signals; four compile as fast as more.
jobs=${JOBS:-$(getconf _NPROCESSORS_ONLN 2>/dev/null | awk '{ print $1 < 3 ? $1 + 1 : 4 }')}
jobs=${jobs:-2}
workers=

# What times(1) says: of this process, and of all that it has waited for.
cpu_seconds() { # FILE
    awk '{ split($0, part, /[ms ]+/); sum += 60 * (part[1] + part[3]) + part[2] + part[4] }
        END { printf "%.0f", sum }' "$1"
}

# Leaves its words in logs/NAME.txt, and its counts; without counts it has not come to its end.
run_stage() ( # NAME
    temp=$shared/$1
    passed=0
    failed=0
    begin=$(date +%s)
    mkdir -p "$temp"
    "test_$1" >"$suite/logs/$1.txt" 2>&1 </dev/null
    times >"$temp/times"
    echo "$passed $failed $(($(date +%s) - begin)) $(cpu_seconds "$temp/times")" >"$shared/$1.count"
    rm -rf "$temp"
)

# Takes up the counts of a stage, and prints its words with the time that it took.
tell_stage() { # NAME
    if read -r stage_passed stage_failed wall cpu <"$shared/$1.count"; then
        passed=$((passed + stage_passed))
        failed=$((failed + stage_failed))
        sed "s/^== .*/& ($wall s, $cpu s of CPU)/" "$suite/logs/$1.txt"
    else
        cat "$suite/logs/$1.txt"
        failed=$((failed + 1))
        echo "  FAIL  the stage $1 ended early"
    fi 2>/dev/null
}

run_alone() { # NAME
    run_stage "$1"
    tell_stage "$1"
}

# Takes the next stage that nobody has taken, until there is none; says so when one is done.
work() { # NAME...
    for name; do
        mkdir "$shared/$name.taken" 2>/dev/null || continue
        run_stage "$name" 3>&-
        : >"$shared/$name.done"
        echo >&3
    done
}

run_side_by_side() { # NAME...
    mkfifo "$shared/news" && exec 3<>"$shared/news"
    workers=
    for worker in $(seq "$jobs"); do
        work "$@" &
        workers="$workers $!"
    done
    for name; do
        until [ -e "$shared/$name.done" ]; do
            read -r worker <&3
        done
        tell_stage "$name"
    done
    wait
    workers=
}

# A process, and then all that it started: processes in the background do not hear Ctrl-C.
end_tree() ( # PROCESS
    children=$(cat "/proc/$1/task/$1/children" 2>/dev/null)
    kill "$1" 2>/dev/null
    for child in $children; do
        end_tree "$child"
    done
)

end_jobs() {
    for worker in $workers; do
        end_tree "$worker"
    done
}
