/* The residents' month in C, rule for rule what model/residents.py says: what a scalar compiled language makes of it.
   Sums of floats are kept in order and nothing is contracted (-ffp-contract=off), so that results agree to the bit. */
#include <math.h>
#include <stdint.h>

typedef struct {
    int64_t cash;
    float skill, satisfaction, trust;
    uint16_t employer;
    int16_t age;
    uint8_t kind, band, type, ward;
} resident;

typedef struct {
    double benefit, council_tax, direct_tax, spending, wealth_spending, finding, losing, satisfaction_rate, trust_up, trust_down, news,
        participation, participation_base, joining, leaving;
} town;

enum { DEPENDANT, WORKER, PENSIONER };
enum { NEVER, WOULD, DOES };
enum { NOBODY = 0, SLOTS = 1024, COLUMNS = 9 };

int64_t size_of_resident(void) { return sizeof(resident); }

static inline uint64_t mix(uint64_t z) {
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static inline uint64_t bits(uint64_t stream, uint64_t when, uint64_t who) {
    const uint64_t step = 0x9E3779B97F4A7C15u;
    return mix(mix(stream + step * (when + 1)) + step * (who + 1));
}

void month_of_all(resident *people, const int64_t *wards, int64_t n_wards, uint64_t stream, uint64_t month, const town *t,
                  const double *rate, const double *layoff, const int64_t *fixed, const double *quality, const uint8_t *service_of,
                  const uint16_t *job_of, int64_t *wages, double *employed, int64_t *sums, double *minds) {
    for (int64_t w = 0; w < n_wards; w++) {
        int64_t paid = 0, taxed = 0, billed = 0, helped = 0, bought = 0, saved = 0, idlers = 0, active = 0, helping = 0;
        double content = 0.0, trusting = 0.0;
        for (int64_t i = wards[w]; i < wards[w + 1]; i++) {
            resident *me = &people[i];
            uint64_t luck = bits(stream, month, (uint64_t)i);
            double event = (double)(luck & 0xFFFFF) * (1.0 / 1048576.0);
            uint64_t slot = (luck >> 20) & 1023, meeting = (luck >> 30) & 1023;
            uint16_t employer = me->employer;

            /* earn */
            int idle = me->kind == WORKER && employer == NOBODY;
            int64_t wage = (int64_t)(rate[employer] * (double)me->skill);
            int64_t tax = (int64_t)((double)wage * t->direct_tax);
            int64_t benefit = idle ? (int64_t)t->benefit : 0;
            int64_t income = wage - tax + benefit + fixed[me->kind];
            int64_t bill = me->kind != DEPENDANT ? (int64_t)t->council_tax : 0;
            if (me->cash + income < bill) bill = me->cash + income;
            income -= bill;

            /* work */
            if (me->kind == WORKER) {
                if (!idle) {
                    if (event < layoff[employer] + t->losing) me->employer = NOBODY;
                } else if (event < t->finding)
                    me->employer = job_of[slot];
            }

            /* spend */
            int64_t spent = (int64_t)(t->spending * (double)(income > 0 ? income : 0) +
                                      t->wealth_spending * (double)(me->cash + (income < 0 ? income : 0)));
            me->cash += income - spent;

            /* meet a service, judge it, hear the news */
            double surprise = quality[service_of[me->band * SLOTS + meeting]] - (double)me->satisfaction;
            me->satisfaction = (float)((double)me->satisfaction + t->satisfaction_rate * surprise);
            double good = 0.5 * (surprise + fabs(surprise));
            double gain = t->trust_up * good * (1.0 - (double)me->trust);
            double loss = (t->trust_down * (good - surprise) + t->news) * (double)me->trust;
            me->trust = (float)((double)me->trust + (gain - loss));

            /* begin or stop taking part */
            double turn = (double)((luck >> 40) & 0xFFFFF) * (1.0 / 1048576.0);
            if (me->type == WOULD && me->kind != DEPENDANT && turn < t->joining)
                me->type = DOES;
            else if (me->type == DOES && turn < t->leaving)
                me->type = WOULD;

            /* take part */
            int takes_part = (me->type == DOES) & ((double)slot < 1024.0 * t->participation * (t->participation_base + (double)me->trust));

            wages[employer] += wage;
            employed[me->employer] += (double)me->skill;
            paid += wage;
            taxed += tax;
            billed += bill;
            helped += benefit;
            bought += spent;
            saved += me->cash;
            idlers += idle;
            active += takes_part;
            helping += me->type == DOES;
            content += (double)me->satisfaction;
            trusting += (double)me->trust;
        }
        int64_t *s = sums + w * COLUMNS;
        s[0] += paid;
        s[1] += taxed;
        s[2] += billed;
        s[3] += helped;
        s[4] += bought;
        s[5] += saved;
        s[6] += idlers;
        s[7] += active;
        s[8] += helping;
        minds[2 * w] += content;
        minds[2 * w + 1] += trusting;
    }
}
