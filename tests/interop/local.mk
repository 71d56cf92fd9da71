# Files shared with other programs; each script skips with a reason where these are absent.
interop_scripts = \
	%D%/export.sh \
	%D%/report_html.sh \
	%D%/report_tex.sh \
	%D%/plots.sh \
	%D%/safetensors.sh
TESTS += $(interop_scripts)
plain_tests += $(interop_scripts)
EXTRA_DIST += $(interop_scripts) %D%/export_read.py %D%/safetensors_read.py %D%/safetensors_write.py
