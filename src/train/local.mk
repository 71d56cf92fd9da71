noinst_LIBRARIES += libob_train.a
libob_train_a_SOURCES =
