# The pages and completions are made from the tables that the program works with, by
# docgen (src/cli), which is built first and not installed.
EXTRA_DIST += %D%/optbench.1.in %D%/optbench.conf.5.in
nodist_man_MANS += %D%/optbench.1 %D%/optbench.conf.5
CLEANFILES += %D%/optbench.1 %D%/optbench.conf.5 %D%/optbench.bash %D%/_optbench

%D%/optbench.1: $(srcdir)/%D%/optbench.1.in docgen$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) %D% && ./docgen$(EXEEXT) man < $(srcdir)/%D%/optbench.1.in > $@.tmp && mv $@.tmp $@
%D%/optbench.conf.5: $(srcdir)/%D%/optbench.conf.5.in docgen$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) %D% && ./docgen$(EXEEXT) man < $(srcdir)/%D%/optbench.conf.5.in > $@.tmp && mv $@.tmp $@
%D%/optbench.bash: docgen$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) %D% && ./docgen$(EXEEXT) bash > $@.tmp && mv $@.tmp $@
%D%/_optbench: docgen$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) %D% && ./docgen$(EXEEXT) zsh > $@.tmp && mv $@.tmp $@

# Completion files are named after the program where they are installed.
all-local: %D%/optbench.bash %D%/_optbench
install-data-local: %D%/optbench.bash %D%/_optbench
	$(MKDIR_P) "$(DESTDIR)$(bashcompdir)" "$(DESTDIR)$(zshcompdir)"
	$(INSTALL_DATA) %D%/optbench.bash "$(DESTDIR)$(bashcompdir)/optbench"
	$(INSTALL_DATA) %D%/_optbench "$(DESTDIR)$(zshcompdir)/_optbench"
uninstall-local:
	rm -f "$(DESTDIR)$(bashcompdir)/optbench" "$(DESTDIR)$(zshcompdir)/_optbench"
