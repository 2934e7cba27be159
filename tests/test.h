/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What every test program includes: cmocka with the headers that it needs
 * before it.
 */
#ifndef GR_TESTS_TEST_H
#define GR_TESTS_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif /* GR_TESTS_TEST_H */
