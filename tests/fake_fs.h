/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A file system that only writes down what it is asked: link with the functions
 * of sys/fs.h that change one wrapped (fake_fs_ldflags).
 */
#ifndef GR_TESTS_FAKE_FS_H
#define GR_TESTS_FAKE_FS_H

/*
 * Each call as "NAME ARGUMENTS;": a descriptor by the last part of its path, an
 * offset as "+BYTES".
 */
struct gr_fake_fs {
	char calls[512];
	char fail_call[16]; /* the call that fails, "" = none */
	int fail_ret;
};

extern struct gr_fake_fs gr_fake_fs;

/** gr_fake_fs_reset() - nothing was called, and nothing fails. */
void gr_fake_fs_reset(void);

/** gr_fake_fs_assert_calls() - exactly these since the last time. */
void gr_fake_fs_assert_calls(const char *want);

#endif /* GR_TESTS_FAKE_FS_H */
