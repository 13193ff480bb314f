/* A disk that fails when it is told to, preloaded into the server by `disk.rs`.
 *
 * The file named by FAILING_DISK says which calls fail: "<call> <error> <skip> <times>", such as
 * "sync 5 2 1": of the calls on a database file from now on, the third sync fails with EIO. Without
 * that file nothing fails, and the count begins anew. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

static long seen;

static int is_of_database(int fd) {
    char link[32], path[512];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    return strstr(path, "prorata.db") != NULL;
}

static int fails(const char *call, int fd) {
    const char *order = getenv("FAILING_DISK");
    char wanted[16];
    int error;
    long skip, times;
    FILE *file = order ? fopen(order, "r") : NULL;
    if (!file) {
        seen = 0;
        return 0;
    }
    int read = fscanf(file, "%15s %d %ld %ld", wanted, &error, &skip, &times);
    fclose(file);
    if (read != 4 || strcmp(wanted, call) != 0 || !is_of_database(fd)) return 0;
    long count = __sync_fetch_and_add(&seen, 1);
    if (count < skip || count >= skip + times) return 0;
    errno = error;
    return 1;
}

ssize_t write(int fd, const void *from, size_t length) {
    return fails("write", fd) ? -1 : syscall(SYS_write, fd, from, length);
}

ssize_t pwrite(int fd, const void *from, size_t length, off_t at) {
    return fails("write", fd) ? -1 : syscall(SYS_pwrite64, fd, from, length, at);
}

ssize_t pwrite64(int fd, const void *from, size_t length, off64_t at) {
    return fails("write", fd) ? -1 : syscall(SYS_pwrite64, fd, from, length, at);
}

int fsync(int fd) {
    return fails("sync", fd) ? -1 : (int)syscall(SYS_fsync, fd);
}

int fdatasync(int fd) {
    return fails("sync", fd) ? -1 : (int)syscall(SYS_fdatasync, fd);
}
