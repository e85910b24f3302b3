# Stages side by side, each a process; its words are printed whole, in the order of the stages.
# Sourced by run.sh.

# One more than there are cores, since stages wait for disks and signals; more than four are no
# quicker.
jobs=${JOBS:-$(getconf _NPROCESSORS_ONLN 2>/dev/null | awk '{ print $1 < 3 ? $1 + 1 : 4 }')}
jobs=${jobs:-2}
workers=

# What times(1) says: of this process, and of all that it has waited for.
cpu_seconds() { # FILE
    awk '{ split($0, part, /[ms ]+/); sum += 60 * (part[1] + part[3]) + part[2] + part[4] }
        END { printf "%.0f", sum }' "$1"
}

# Leaves its words in logs/NAME.txt, and its counts; without counts it has not come to its end.
run_stage() ( # STAGE
    name=${1##*/}
    began=$(date +%s)
    BUILD=$build sh "$tests/$1.sh" >"$suite/logs/$name.txt" 2>&1 </dev/null
    times >"$shared/$name.times"
    sed -n '$s/^\([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p' "$suite/logs/$name.txt" |
        sed "s/\$/ $(($(date +%s) - began)) $(cpu_seconds "$shared/$name.times")/" \
            >"$shared/$name.count"
)

# Takes up the counts of a stage, and prints its words with the time that it took.
tell_stage() { # STAGE
    name=${1##*/}
    if read -r stage_passed stage_failed wall cpu <"$shared/$name.count"; then
        passed=$((passed + stage_passed))
        failed=$((failed + stage_failed))
        sed -e "s/^== .*/& ($wall s, $cpu s of CPU)/" -e '$d' "$suite/logs/$name.txt" | sed '$d'
    else
        cat "$suite/logs/$name.txt"
        failed=$((failed + 1))
        echo "  FAIL  the stage $name ended early"
    fi 2>/dev/null
}

run_alone() { # STAGE
    run_stage "$1"
    tell_stage "$1"
}

# Takes the next stage that nobody has taken, until there is none; says so when one is done.
work() { # STAGE...
    for stage; do
        mkdir "$shared/${stage##*/}.taken" 2>/dev/null || continue
        run_stage "$stage" 3>&-
        : >"$shared/${stage##*/}.done"
        echo >&3
    done
}

run_side_by_side() { # STAGE...
    mkfifo "$shared/news" && exec 3<>"$shared/news"
    workers=
    for worker in $(seq "$jobs"); do
        work "$@" &
        workers="$workers $!"
    done
    for stage; do
        until [ -e "$shared/${stage##*/}.done" ]; do
            read -r worker <&3
        done
        tell_stage "$stage"
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
