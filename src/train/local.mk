noinst_LIBRARIES += libob_train.a
libob_train_a_SOURCES =

ob_headers += \
	include/optbench/train/columns.h \
	include/optbench/train/command.h \
	include/optbench/train/feed.h \
	include/optbench/train/result.h \
	include/optbench/train/ring.h \
	include/optbench/train/row.h \
	include/optbench/train/safetensors.h \
	include/optbench/train/sampler.h \
	include/optbench/train/snapshot.h \
	include/optbench/train/trainer.h \
	include/optbench/train/worker.h
