# OB_WARNINGS(VARIABLE): the warning flags that this compiler knows.
AC_DEFUN([OB_WARNINGS],[
  $1=
  for ob_flag in -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion \
      -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 -Wpointer-arith -Wundef \
      -Wvla -Wwrite-strings -Wimplicit-fallthrough -Wno-unknown-pragmas; do
    ob_save_CFLAGS=$CFLAGS
    CFLAGS="$CFLAGS -Werror $ob_flag"
    AC_MSG_CHECKING([whether $CC takes $ob_flag])
    AC_COMPILE_IFELSE([AC_LANG_PROGRAM([])],
      [AC_MSG_RESULT([yes]); $1="$$1 $ob_flag"],[AC_MSG_RESULT([no])])
    CFLAGS=$ob_save_CFLAGS
  done
])

# OB_HARDENING(CFLAGS-VARIABLE, LDFLAGS-VARIABLE): what distributions build with.
AC_DEFUN([OB_HARDENING],[
  $1="-fstack-protector-strong -fPIE"
  AS_CASE([" $CFLAGS "],[*" -O0 "*],[],[$1="$$1 -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2"])
  $2="-pie -Wl,-z,relro,-z,now"
])
