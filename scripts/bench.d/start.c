// Times from exec to the first useful word of two programs, in turn: the product's tools/list reply, and the floor's line.
// Usage: start ROUNDS PRODUCT FLOOR      Prints `product ms` and `floor ms`.
#include "bench.h"

int main(int argc, char **argv) {
    if (argc != 4) die("usage: start ROUNDS PRODUCT FLOOR");
    int rounds = positive(argv[1]);
    for (int round = -2; round < rounds; round++) {
        for (int i = 0; i < 2; i++) {
            int is_product = (i + round) % 2 == 0;
            double start = now_ms();
            struct child child = start_child((char *[]){argv[is_product ? 2 : 3], NULL});
            if (is_product)
                greet(&child);
            else
                read_line(&child);
            double end = now_ms();
            end_child(&child);
            if (round >= 0) printf("%s %.4f\n", is_product ? "product" : "floor", end - start);
        }
    }
    return 0;
}
