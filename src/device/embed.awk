# Makes a C file of texts: awk -v root=DIR -f embed.awk DIR/FILE... Each file becomes a
# string that is known by its path without DIR, "src/", "include/" and "device/". Of an
# optimizer's rule only the part for devices is taken, which ends at its first #else in
# the first column.
function name_of(path) {
    path = substr(path, length(root) + 2)
    sub(/^src\//, "", path)
    sub(/^include\//, "", path)
    sub(/^device\/kernels\//, "kernels/", path)
    return path
}
function end_file() {
    if (rule)
        print "    \"#endif\\n\""
    print "    },"
}
BEGIN {
    print "#include <config.h>"
    print ""
    print "#include \"optbench/device/text.h\""
    print ""
    print "const struct ob_device_file ob_device_files[] = {"
}
FNR == 1 {
    if (NR > 1)
        end_file()
    name = name_of(FILENAME)
    rule = name ~ /^optim\/rules\//
    skip = 0
    printf "    { \"%s\",\n", name
}
rule && /^#else/ { skip = 1 }
!skip {
    line = $0
    gsub(/\\/, "&&", line)
    gsub(/"/, "\\\"", line)
    printf "    \"%s\\n\"\n", line
}
END {
    end_file()
    print "    { 0 },"
    print "};"
}
