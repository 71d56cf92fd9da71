#include <config.h>

#include <stdio.h>

#include "docgen.h"

#include "optbench/cli/command.h"
#include "optbench/conf/schema.h"

static void each_option(const struct ob_command_type *c,
                        void (*fn)(const struct ob_option *o))
{
    for (const struct ob_option *o = c->options; o && o->name; o++)
        fn(o);
}

/* The words of the verbs of a command, each behind `before`. */
static void verb_words(const struct ob_command_type *c, const char *before)
{
    for (size_t i = 0; c->verbs && c->verbs[i]; i++)
        if (!c->verbs[i]->hidden)
            printf("%s%s", before, ob_command_word(c->verbs[i]));
}

/* Calls fn for every command and every verb. */
static void each_command(void (*fn)(const struct ob_command_type *c))
{
    for (const struct ob_command_type *const *c = ob_commands(); *c; c++) {
        fn(*c);
        for (size_t i = 0; (*c)->verbs && (*c)->verbs[i]; i++)
            if (!(*c)->verbs[i]->hidden)
                fn((*c)->verbs[i]);
    }
}

/* Shell code that takes a verb into $command. */
static void join_verbs(const char *second, const char *behind)
{
    for (const struct ob_command_type *const *c = ob_commands(); *c; c++) {
        if (!(*c)->verbs)
            continue;
        printf("    if [ \"$command\" = %s ] && [ %s ]; then\n"
               "        case \" ",
               (*c)->name, behind);
        verb_words(*c, " ");
        printf(" \" in *\" %s \"*) command=\"$command %s\" ;; esac\n    fi\n", second,
               second);
    }
}

static void bash_option(const struct ob_option *o)
{
    printf(" --%s%s", o->name, o->argument ? "=" : "");
}

/* The words of `optbench list` and `optbench explain`. */
static void families(void)
{
    size_t n;
    const struct ob_section *s = ob_schema(&n);
    for (size_t i = 0; i < n; i++)
        if (s[i].family)
            printf(" %s", s[i].family->name);
    fputs(" configs runs", stdout);
}

static void bash_operand(const struct ob_command_type *c)
{
    switch (c->first) {
    case OB_WORD_CONFIG:
        fputs("_optbench_files '*.ini'", stdout);
        break;
    case OB_WORD_RUN:
        /* Logs of other programs are as good as runs. */
        fputs("_optbench_runs; [ ${#COMPREPLY[@]} != 0 ] || _optbench_files '*'", stdout);
        break;
    case OB_WORD_FILE:
    case OB_WORD_FOLDER:
        fputs("_optbench_files '*'", stdout);
        break;
    case OB_WORD_OTHER:
        fputs(":", stdout);
        break;
    }
}

static void bash_options(const struct ob_command_type *c)
{
    printf("    '%s') options='--help", c->name);
    each_option(c, bash_option);
    fputs("' ;;\n", stdout);
}

static void bash_operands(const struct ob_command_type *c)
{
    printf("    '%s') ", c->name);
    if (c->verbs) {
        fputs("[ \"$COMP_CWORD\" = 2 ] && COMPREPLY=($(compgen -W '", stdout);
        verb_words(c, " ");
        fputs("' -- \"$cur\")); ", stdout);
    }
    bash_operand(c);
    fputs(" ;;\n", stdout);
}

int ob_doc_bash(void)
{
    fputs("# bash completion for optbench\n\n"
          "_optbench_files() {\n"
          "    local f\n"
          "    while IFS= read -r f; do COMPREPLY+=(\"$f\"); done \\\n"
          "        < <(compgen -f -X \"!$1\" -- \"$cur\"; compgen -d -S / -- \"$cur\")\n"
          "    compopt -o nospace -o filenames 2>/dev/null\n"
          "}\n\n"
          "_optbench_runs() {\n"
          "    local runs f IFS=:\n"
          "    for runs in ${OPTBENCH_RUNS:-runs}; do\n"
          "        for f in \"$runs\"/\"$cur\"*/; do\n"
          "            [ -d \"$f\" ] || continue\n"
          "            f=${f%/}; f=${f##*/}\n"
          "            [ \"$f\" = archive ] || COMPREPLY+=(\"$f\")\n"
          "        done\n"
          "    done\n"
          "    case latest in \"$cur\"*) COMPREPLY+=(latest) ;; esac\n"
          "}\n\n"
          "_optbench() {\n"
          "    local cur=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[1]}\n"
          "    local options=\n"
          "    COMPREPLY=()\n"
          "    if [ \"$COMP_CWORD\" = 1 ]; then\n"
          "        COMPREPLY=($(compgen -W '--help --version",
          stdout);
    for (const struct ob_command_type *const *c = ob_commands(); *c; c++)
        printf(" %s", (*c)->name);
    fputs("' -- \"$cur\"))\n        _optbench_files '*.ini'\n        return\n    fi\n",
          stdout);
    join_verbs("${COMP_WORDS[2]}", "\"$COMP_CWORD\" -gt 2");
    fputs("    case $command in\n", stdout);
    each_command(bash_options);
    fputs("    esac\n"
          "    case $cur in\n"
          "    -*)\n"
          "        COMPREPLY=($(compgen -W \"$options\" -- \"$cur\"))\n"
          "        case ${COMPREPLY[0]} in *=) compopt -o nospace 2>/dev/null ;; esac\n"
          "        return ;;\n"
          "    esac\n"
          "    case $command in\n",
          stdout);
    fputs("    list) COMPREPLY=($(compgen -W '", stdout);
    families();
    fputs("' -- \"$cur\")) ;;\n", stdout);
    each_command(bash_operands);
    fputs("    *) _optbench_files '*.ini' ;;\n    esac\n}\n\n"
          "complete -F _optbench optbench\n",
          stdout);
    return 0;
}

/* Text inside single quotes of a zsh specification. */
static void zsh_text(const char *s)
{
    for (; *s; s++)
        if (*s == '\'')
            fputs("'\\''", stdout);
        else if (*s == '[' || *s == ']' || *s == ':')
            printf("\\%c", *s);
        else
            putchar(*s);
}

static const char *zsh_action(enum ob_cli_word word)
{
    static const char *const action[] = {
        [OB_WORD_OTHER] = " ",
        [OB_WORD_CONFIG] = "_files -g \"*.ini\"",
        [OB_WORD_RUN] = "_optbench_runs",
        [OB_WORD_FILE] = "_files",
        [OB_WORD_FOLDER] = "_files -/",
    };
    return action[word];
}

static void zsh_option(const struct ob_option *o)
{
    printf(" \\\n            '*--%s%s[", o->name, o->argument ? "=" : "");
    zsh_text(o->help);
    putchar(']');
    if (o->argument)
        printf(":%s:%s", o->argument, zsh_action(o->word));
    putchar('\'');
}

static void zsh_command(const struct ob_command_type *c)
{
    printf("    '%s')\n", c->name);
    if (c->verbs) {
        fputs("        (( CURRENT == 2 )) && compadd --", stdout);
        verb_words(c, " ");
        putchar('\n');
    }
    fputs("        _arguments", stdout);
    each_option(c, zsh_option);
    printf(" \\\n            '*:operand:%s' ;;\n", zsh_action(c->first));
}

int ob_doc_zsh(void)
{
    fputs("#compdef optbench\n\n"
          "_optbench_runs() {\n"
          "    local -a names\n"
          "    local folder\n"
          "    for folder in ${(s.:.)${OPTBENCH_RUNS:-runs}}; do\n"
          "        names+=($folder/*(N/:t))\n"
          "    done\n"
          "    names=(${names:#archive} latest)\n"
          "    compadd -a names || _files\n"
          "}\n\n"
          "_optbench() {\n"
          "    local -a commands\n"
          "    commands=(\n",
          stdout);
    for (const struct ob_command_type *const *c = ob_commands(); *c; c++) {
        printf("        '%s:", (*c)->name);
        zsh_text((*c)->summary);
        fputs("'\n", stdout);
    }
    fputs("    )\n"
          "    if (( CURRENT == 2 )); then\n"
          "        _describe command commands\n"
          "        _files -g \"*.ini\"\n"
          "        return\n"
          "    fi\n"
          "    local command=$words[2]\n"
          "    shift words\n"
          "    (( CURRENT-- ))\n",
          stdout);
    join_verbs("$words[2]", "$CURRENT -gt 2");
    fputs("    case $command in\n", stdout);
    each_command(zsh_command);
    fputs("    esac\n}\n\n_optbench \"$@\"\n", stdout);
    return 0;
}
