# OB_FLAGS(VARIABLE, FLAGS): those of the flags that this compiler knows.
AC_DEFUN([OB_FLAGS],[
  $1=
  for ob_flag in $2; do
    ob_save_CFLAGS=$CFLAGS
    CFLAGS="$CFLAGS -Werror $ob_flag"
    AC_MSG_CHECKING([whether $CC takes $ob_flag])
    AC_COMPILE_IFELSE([AC_LANG_PROGRAM([])],
      [AC_MSG_RESULT([yes]); $1="$$1 $ob_flag"],[AC_MSG_RESULT([no])])
    CFLAGS=$ob_save_CFLAGS
  done
])
